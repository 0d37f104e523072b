/* What programs and libraries ask of the C library they are built against, for C libraries back to
 * glibc 2.28, which lacks it or has it only in an older version. Part of each of them; toolchain puts
 * it before the C library in the linker's eyes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* Nothing here is for libraries that the process loads. */
#pragma GCC visibility push(hidden)

/* glibc 2.32: whether reference counts may do without atomic operations. Never is always right. */
char __libc_single_threaded = 0;

/* glibc 2.36. */
uint32_t arc4random(void) {
  uint32_t value;
  while (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value) {
    if (errno != EINTR) abort();
  }
  return value;
}

/* glibc 2.35: which loaded object holds an address, for the unwinder of exceptions. Its own way
 * before that, dl_iterate_phdr(3), is still there. */
struct sought {
  uintptr_t address;
  struct dl_find_object* result;
};

static int look_into(struct dl_phdr_info* object, size_t size, void* data) {
  struct sought* sought = data;
  uintptr_t begin = UINTPTR_MAX;
  uintptr_t end = 0;
  const ElfW(Phdr)* frames = NULL;
  int holds = 0;
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)* part = &object->dlpi_phdr[i];
    const uintptr_t from = object->dlpi_addr + part->p_vaddr;
    const uintptr_t to = from + part->p_memsz;
    if (part->p_type == PT_GNU_EH_FRAME) frames = part;
    if (part->p_type != PT_LOAD) continue;
    if (from < begin) begin = from;
    if (to > end) end = to;
    if (from <= sought->address && sought->address < to) holds = 1;
  }
  if (!holds) return 0;
  if (frames == NULL) return -1;
  memset(sought->result, 0, sizeof *sought->result);
  sought->result->dlfo_map_start = (void*)begin;
  sought->result->dlfo_map_end = (void*)end;
  sought->result->dlfo_eh_frame = (void*)(object->dlpi_addr + frames->p_vaddr);
  return 1;
}

int _dl_find_object(void* address, struct dl_find_object* result) {
  struct sought sought = {(uintptr_t)address, result};
  return dl_iterate_phdr(look_into, &sought) == 1 ? 0 : -1;
}

/* glibc 2.30: waits until a time of a clock. Where only the wall clock can be waited for, somebody
 * who sets it meanwhile shortens or prolongs the wait. */
static int wait_by_wall_clock(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                              const struct timespec* until) {
  struct timespec now;
  struct timespec wall;
  clock_gettime(clock, &now);
  clock_gettime(CLOCK_REALTIME, &wall);
  wall.tv_sec += until->tv_sec - now.tv_sec;
  wall.tv_nsec += until->tv_nsec - now.tv_nsec;
  if (wall.tv_nsec >= 1000000000) {
    wall.tv_nsec -= 1000000000;
    ++wall.tv_sec;
  } else if (wall.tv_nsec < 0) {
    wall.tv_nsec += 1000000000;
    --wall.tv_sec;
  }
  return pthread_cond_timedwait(condition, mutex, &wall);
}

typedef int (*clockwait)(pthread_cond_t*, pthread_mutex_t*, clockid_t, const struct timespec*);

static clockwait found_clockwait;
static pthread_once_t looked_for_clockwait = PTHREAD_ONCE_INIT;

static void look_for_clockwait(void) {
  void* found = dlsym(RTLD_DEFAULT, "pthread_cond_clockwait");
  if (found == NULL) {
    found_clockwait = wait_by_wall_clock;
  } else {
    memcpy(&found_clockwait, &found, sizeof found);
  }
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* until) {
  pthread_once(&looked_for_clockwait, look_for_clockwait);
  return found_clockwait(condition, mutex, clock, until);
}
