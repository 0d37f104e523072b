export default function Flow() {
  return null;
}
