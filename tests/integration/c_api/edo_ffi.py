"""edo.h for Python: what a binding needs to know, written out with ctypes."""

import ctypes
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_char, c_char_p, c_int32, c_int64, c_size_t
from ctypes import c_void_p, sizeof

STORED, QUEUED, DROPPED, DISABLED = range(4)
FAILED, NULL_HANDLE, ENDED, BAD_ARGUMENT, BAD_STRUCT = range(-1, -6, -1)
MEASURED = -1
DEBUG, INFO, WARN, ERROR = range(4)

ErrorCallback = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)


class Sized(Structure):
    """A struct that begins with its own size."""

    def __init__(self, **values):
        super().__init__(struct_size=sizeof(type(self)), **values)


class Error(Sized):
    _fields_ = [("struct_size", c_size_t), ("kind", c_int32), ("message", c_char * 1024)]


class OpenOptions(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("options_json", c_char_p),
        ("use_environment", c_int32),
        ("on_error", ErrorCallback),
        ("user_data", c_void_p),
    ]


class Health(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("stored", c_int64),
        ("queued", c_int64),
        ("dropped", c_int64),
        ("wal_bytes", c_int64),
    ]


class InvocationStart(Sized):
    _fields_ = [("struct_size", c_size_t)] + [
        (name, c_char_p)
        for name in (
            "id",
            "correlation_id",
            "source_function",
            "source_table",
            "source_operation",
            "source_system",
            "source_job_id",
            "source_event_id",
            "source_event_payload",
            "source_event_time",
            "source_user_email",
            "source_user_role",
            "event_modules_directory",
            "context_data",
        )
    ]
    _fields_.append(("auto_load_modules", c_int64))


class EventStart(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("id", c_char_p),
        ("event_name", c_char_p),
        ("event_module_path", c_char_p),
    ]


class JobStart(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("id", c_char_p),
        ("job_name", c_char_p),
        ("job_function_name", c_char_p),
        ("job_options", c_char_p),
    ]


class LogLine(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("data", c_char_p),
        ("source", c_char_p),
        ("line_number", c_int64),
    ]


class TrackingToken(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("source", c_char * 256),
        ("correlation_id", c_char * 37),
        ("job_execution_id", c_char * 37),
    ]


class ChainOrigin(Sized):
    _fields_ = [
        ("struct_size", c_size_t),
        ("correlation_id", c_char * 256),
        ("source_job_id", c_char * 37),
    ]


HANDLE, PLACE, TEXT, MS = c_void_p, POINTER(c_void_p), c_char_p, c_int64

# Result and arguments of every function.
FUNCTIONS = {
    "edo_abi_version": (c_int32,),
    "edo_version": (TEXT,),
    "edo_error_kind_name": (TEXT, c_int32),
    "edo_error_is_retryable": (c_int32, c_int32),
    "edo_open": (c_int32, TEXT, PLACE, POINTER(Error)),
    "edo_open_with": (c_int32, POINTER(OpenOptions), PLACE, POINTER(Error)),
    "edo_recorder_health": (c_int32, HANDLE, POINTER(Health)),
    "edo_recorder_flush": (c_int32, HANDLE, MS),
    "edo_recorder_close": (c_int32, HANDLE),
    "edo_recorder_close_within": (c_int32, HANDLE, MS, POINTER(Health)),
    "edo_recorder_free": (None, HANDLE),
    "edo_start_invocation": (c_int32, HANDLE, POINTER(InvocationStart), PLACE),
    "edo_invocation_id": (TEXT, HANDLE),
    "edo_invocation_correlation_id": (TEXT, HANDLE),
    "edo_invocation_complete": (c_int32, HANDLE, MS),
    "edo_invocation_fail": (c_int32, HANDLE, TEXT, TEXT, MS),
    "edo_invocation_time_out": (c_int32, HANDLE, MS),
    "edo_invocation_free": (None, HANDLE),
    "edo_start_event": (c_int32, HANDLE, POINTER(EventStart), PLACE),
    "edo_event_id": (TEXT, HANDLE),
    "edo_event_detected": (c_int32, HANDLE, MS),
    "edo_event_not_detected": (c_int32, HANDLE, MS),
    "edo_event_detection_failed": (c_int32, HANDLE, TEXT, TEXT, MS),
    "edo_event_complete": (c_int32, HANDLE, MS),
    "edo_event_handler_failed": (c_int32, HANDLE, TEXT, TEXT, MS),
    "edo_event_free": (None, HANDLE),
    "edo_start_job": (c_int32, HANDLE, POINTER(JobStart), PLACE),
    "edo_job_id": (TEXT, HANDLE),
    "edo_job_correlation_id": (TEXT, HANDLE),
    "edo_job_log": (c_int32, HANDLE, c_int32, TEXT, POINTER(LogLine)),
    "edo_job_complete": (c_int32, HANDLE, TEXT, MS),
    "edo_job_fail": (c_int32, HANDLE, TEXT, TEXT, MS),
    "edo_job_free": (None, HANDLE),
    "edo_build_tracking_token": (c_int32, TEXT, TEXT, TEXT, c_void_p, c_size_t),
    "edo_parse_tracking_token": (c_int32, TEXT, POINTER(TrackingToken)),
    "edo_find_chain_origin": (c_int32, TEXT, TEXT, POINTER(ChainOrigin)),
}


def load(path):
    """The library with the types of all its functions set."""
    library = ctypes.CDLL(path)
    for name, (result, *arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    return library


def started(function, parent, start):
    """Calls one of the functions that start something. Returns (outcome, handle or None)."""
    handle = c_void_p()
    outcome = function(parent, byref(start) if start is not None else None, byref(handle))
    return outcome, handle.value
