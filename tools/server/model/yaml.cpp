#include "tools/server/model/yaml.hpp"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string_view>

#include "edo/error.hpp"

namespace edo::model {
namespace {

using nlohmann::json;

constexpr std::string_view kInclude = "!include";
// Stops at files that include each other in a circle.
constexpr int kMaxIncludes = 32;

class Loader {
 public:
  explicit Loader(const ReadFile& read) : read_(read) {}

  json load(const std::string& path) {
    const auto text = read_(path);
    if (!text) refuse(path, "the file does not exist");
    if (++includes_ > kMaxIncludes) refuse(path, "its files include each other in a cycle");
    try {
      json result = convert(YAML::Load(*text), std::filesystem::path(path).parent_path());
      --includes_;
      return result;
    } catch (const YAML::Exception& failure) {
      refuse(path, failure.what());
    }
  }

 private:
  [[noreturn]] static void refuse(const std::string& path, const std::string& why) {
    throw Error(ErrorKind::invalid_argument, "read metadata", path, why);
  }

  json convert(const YAML::Node& node, const std::filesystem::path& folder) {
    switch (node.Type()) {
      case YAML::NodeType::Sequence: {
        json result = json::array();
        for (const auto& item : node) result.push_back(convert(item, folder));
        return result;
      }
      case YAML::NodeType::Map: {
        json result = json::object();
        for (const auto& member : node) {
          const std::string& key = member.first.Scalar();
          if (result.contains(key)) {
            throw YAML::RepresentationException(member.first.Mark(), key + " is defined twice");
          }
          result[key] = convert(member.second, folder);
        }
        return result;
      }
      case YAML::NodeType::Scalar:
        return convert_scalar(node, folder);
      default:
        return nullptr;
    }
  }

  json convert_scalar(const YAML::Node& node, const std::filesystem::path& folder) {
    const std::string& text = node.Scalar();
    if (node.Tag() == kInclude) return load(folder / text);
    if (text.starts_with(kInclude) && text.size() > kInclude.size() + 1) {
      return load(folder / text.substr(kInclude.size() + 1));
    }
    // The tag of what was quoted; any other scalar is what it looks like.
    return node.Tag() == "!" ? json(text) : plain_scalar(text);
  }

  // The core schema of YAML 1.2. Its numbers and words are JSON's, except for a few spellings.
  static json plain_scalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
      return nullptr;
    }
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const json number = json::parse(text, nullptr, false);
    return number.is_number() ? number : json(text);
  }

  const ReadFile& read_;
  int includes_ = 0;
};

}  // namespace

json load_yaml(const ReadFile& read, const std::string& path) { return Loader(read).load(path); }

}  // namespace edo::model
