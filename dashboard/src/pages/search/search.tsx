import { PageHeader } from '~/ui/panel';

export default function Page() {
  return <PageHeader title="search" />;
}
