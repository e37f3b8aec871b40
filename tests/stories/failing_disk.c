/* Loaded before the C library in the test of failing disks: lets the k-th call that changes a file of a workspace fail,
   once or from then on, with an error of choice. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long left = 0, calls = 0;
static int sticky = 0, number = EIO, armed = 0;

void disk_arm(long k, int from_then_on, int error) { left = k; sticky = from_then_on; number = error; calls = 0; armed = 1; }
long disk_disarm(void) { armed = 0; return calls; }

static int ours(const char *path) { return path && (strstr(path, "workspace") || strstr(path, "backup")); }

static int file_of_ours(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return ours(path);
}

static int fails(void) {
    calls++;
    if (left > 0 && --left == 0) { if (sticky) left = 1; errno = number; return 1; }
    return 0;
}

#define FD(type, name, signature, arguments) \
    type name signature { \
        static type (*real) signature; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (armed && file_of_ours(fd) && fails()) return -1; \
        return real arguments; \
    }
FD(ssize_t, pwrite64, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o))
FD(ssize_t, pwrite, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o))
FD(ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n))
FD(int, fsync, (int fd), (fd))
FD(int, fdatasync, (int fd), (fd))
FD(int, ftruncate64, (int fd, off64_t n), (fd, n))
FD(int, ftruncate, (int fd, off_t n), (fd, n))
FD(int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags)) /* as whole folders are taken away */

/* The fullest disk can be read. */
ssize_t pread64(int fd, void *b, size_t n, off64_t o) {
    static ssize_t (*real)(int, void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pread64");
    if (armed && number != ENOSPC && file_of_ours(fd) && fails()) return -1;
    return real(fd, b, n, o);
}

#define PATH(name, signature, arguments) \
    int name signature { \
        static int (*real) signature; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (armed && ours(path) && fails()) return -1; \
        return real arguments; \
    }
PATH(unlink, (const char *path), (path))
PATH(rmdir, (const char *path), (path))
PATH(link, (const char *path, const char *to), (path, to))
PATH(mkdir, (const char *path, mode_t mode), (path, mode))
PATH(rename, (const char *path, const char *to), (path, to))

/* Only what may make a file: one that is there is opened on the fullest disk. */
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        static int (*real)(const char *, int, ...); \
        mode_t mode = 0; \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        int makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; \
        if (armed && makes && ours(path) && fails()) return -1; \
        return real(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define SEND(name, type) \
    ssize_t name(int fd, int in, type *offset, size_t n) { \
        static ssize_t (*real)(int, int, type *, size_t); \
        if (!real) real = dlsym(RTLD_NEXT, #name); \
        if (armed && file_of_ours(fd) && fails()) return -1; \
        return real(fd, in, offset, n); \
    }
SEND(sendfile, off_t)
SEND(sendfile64, off64_t)
