/* Preloaded: lets the Nth call of one kind, by one role of a run, fail. What is to fail is in the environment:
   FAULT_ROLE (probe, warden, main), FAULT_CALL, FAULT_N, FAULT_ERRNO, FAULT_ON (1: all later ones too), FAULT_HIT
   (a file that gets a byte for each failure). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int calls, hits, ready, number, error, lasting;
static const char *role, *call, *hit;

static void prepare(void) {
    ready = 1;
    role = getenv("FAULT_ROLE"), call = getenv("FAULT_CALL"), hit = getenv("FAULT_HIT");
    if (!role || !call || !hit || !getenv("FAULT_N") || !getenv("FAULT_ERRNO")) { role = NULL; return; }
    role = strdup(role), call = strdup(call), hit = strdup(hit);
    number = atoi(getenv("FAULT_N")), error = atoi(getenv("FAULT_ERRNO"));
    lasting = getenv("FAULT_ON") && *getenv("FAULT_ON") == '1';
    char line[8192];
    int fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : syscall(SYS_read, fd, line, sizeof line);
    if (fd >= 0) syscall(SYS_close, fd);
    const char *mine = size > 0 && memmem(line, size, "playground.warden.main", 22) ? "warden"
                     : size > 0 && memmem(line, size, "-m\0playground\0", 14) ? "main" : "probe";
    if (strcmp(mine, role)) role = NULL;
}

static int is_ours(const char *path) {
    return path && (strstr(path, "mpp-") || strstr(path, ".mpr.jsonl"));
}

static int fd_is_ours(int fd) {
    char link[64] = "/proc/self/fd/", path[4096], digits[16];
    int n = 0, at = 14;
    if (fd < 0) return 0;
    do digits[n++] = '0' + fd % 10; while (fd /= 10);
    while (n) link[at++] = digits[--n];
    link[at] = 0;
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return is_ours(path);
}

/* Whether this call is the one; what does not belong to the role's own work (mine is 0) does not count. */
static int fails(const char *name, int mine) {
    int saved = errno;
    if (!ready) prepare();
    int now = 0;
    if (role && !strcmp(name, call) && (mine || !strcmp(role, "warden"))) {
        int count = __sync_add_and_fetch(&calls, 1);
        now = count == number || (lasting && count > number);
    }
    errno = saved;
    if (now) {
        int fd = syscall(SYS_openat, AT_FDCWD, hit, O_WRONLY | O_APPEND | O_CLOEXEC);
        if (fd >= 0) { syscall(SYS_write, fd, "x", 1); syscall(SYS_close, fd); }
        errno = error;
    }
    return now;
}

#define NEXT(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

#define OPEN(name)                                                                 \
    int name(const char *path, int flags, ...) {                                   \
        va_list more;                                                              \
        va_start(more, flags);                                                     \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;    \
        va_end(more);                                                              \
        if (fails("open", is_ours(path))) return -1;                               \
        return NEXT(int, #name, const char *, int, ...)(path, flags, mode);        \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *data, size_t size) {
    if (fd > 2 && fails("write", fd_is_ours(fd))) return -1;
    return syscall(SYS_write, fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    if (fails("write", fd_is_ours(fd))) return -1;
    return syscall(SYS_pwrite64, fd, data, size, at);
}
ssize_t read(int fd, void *data, size_t size) {
    if (fd > 2 && fails("read", fd_is_ours(fd))) return -1;
    return syscall(SYS_read, fd, data, size);
}
#define MMAP(name)                                                                         \
    void *name(void *at, size_t size, int prot, int flags, int fd, off_t offset) {         \
        if (flags & MAP_FIXED && fails("mmap", 1)) return MAP_FAILED;                      \
        return (void *)syscall(SYS_mmap, at, size, prot, flags, fd, offset);               \
    }
MMAP(mmap)
MMAP(mmap64)
int posix_fallocate(int fd, off_t at, off_t size) {
    if (fails("fallocate", fd_is_ours(fd))) return error;
    return NEXT(int, "posix_fallocate", int, off_t, off_t)(fd, at, size);
}
int mkdir(const char *path, mode_t mode) {
    if (fails("mkdir", is_ours(path))) return -1;
    return NEXT(int, "mkdir", const char *, mode_t)(path, mode);
}
pid_t fork(void) {
    if (fails("fork", 0)) return -1;
    return NEXT(pid_t, "fork", void)();
}
int pipe2(int ends[2], int flags) {
    if (fails("pipe", role && !strcmp(role, "main"))) return -1;
    return NEXT(int, "pipe2", int *, int)(ends, flags);
}
