// What is behind the recorder of a C host.
#pragma once

#include <memory>

#include "c_api/reporter.hpp"
#include "edo/recorder.hpp"

struct edo_recorder {
  std::shared_ptr<edo::c_api::Reporter> reporter;  // shared with the core, which handles keep
  bool enabled;
  edo::Recorder recorder;
};
