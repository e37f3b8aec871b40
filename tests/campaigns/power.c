/* Loaded before the C library by the power-cut campaign: writes down every call that changes what is on the disk, with
   its bytes, so that `power_disk` can build the disk anew as it might be after a cut. Nothing is changed or refused.

   One record: the head below, the first path, the second, the bytes. power_start names the file to write to, and the
   folder whose files matter. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, LINK, MKDIR, RMDIR, MARK };

struct __attribute__((packed)) head { uint8_t op; uint16_t first, second; uint64_t inode; int64_t offset; uint32_t length; };

static int trace = -1;
static char root[PATH_MAX];
static dev_t device;

static int recording(void) { return trace >= 0; }

int power_start(const char *name, const char *folder) {
    struct stat found;
    if (stat(folder, &found) != 0) return -1;
    snprintf(root, sizeof root, "%s", folder);
    device = found.st_dev;
    trace = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    return trace;
}

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length) {
        ssize_t written = syscall(SYS_write, trace, at, length);
        if (written <= 0) abort(); /* a trace with a hole would prove nothing */
        at += written; length -= (size_t)written;
    }
}

static void record(int op, ino_t inode, off_t offset, const char *first, const char *second, const void *bytes, size_t length) {
    int before = errno;
    struct head said = {(uint8_t)op, first ? strlen(first) : 0, second ? strlen(second) : 0, inode, offset, (uint32_t)length};
    put(&said, sizeof said);
    put(first, said.first); put(second, said.second); put(bytes, length);
    errno = before;
}

/* The whole path of what a call names; 0 where it is none of ours. */
static int ours(int folder, const char *path, char *whole) {
    if (!recording() || !path) return 0;
    if (path[0] == '/') snprintf(whole, PATH_MAX, "%s", path);
    else {
        char link[64], base[PATH_MAX];
        ssize_t length;
        if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
        if (snprintf(whole, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) abort();
    }
    size_t length = strlen(root);
    return strncmp(whole, root, length) == 0 && (whole[length] == '/' || whole[length] == 0);
}

static int file_of_ours(int fd, struct stat *found) {
    int before = errno;
    int is = recording() && fstat(fd, found) == 0 && found->st_dev == device
        && (S_ISREG(found->st_mode) || S_ISDIR(found->st_mode));
    errno = before;
    return is;
}

void power_mark(const char *text) { if (recording()) record(MARK, 0, 0, NULL, NULL, text, strlen(text)); }

#define REAL(type, name, signature) \
    static type (*real) signature; \
    if (!real) real = dlsym(RTLD_NEXT, #name);

static void opened(int fd, int flags, int new, const char *whole) {
    struct stat found;
    if (fd < 0 || !file_of_ours(fd, &found) || !S_ISREG(found.st_mode)) return;
    if ((flags & O_TMPFILE) == O_TMPFILE) record(CREATE, found.st_ino, 0, NULL, NULL, NULL, 0);
    else if (new) record(CREATE, found.st_ino, 0, whole, NULL, NULL, 0);
    else if (flags & O_TRUNC) record(TRUNCATE, found.st_ino, 0, NULL, NULL, NULL, 0);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, (const char *, int, ...)) \
        mode_t mode = 0; char whole[PATH_MAX]; struct stat there; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        if (!ours(AT_FDCWD, path, whole)) return real(path, flags, mode); \
        int new = (flags & O_CREAT) && stat(whole, &there) != 0; \
        int fd = real(path, flags, mode); \
        opened(fd, flags, new, whole); \
        return fd; \
    }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, name, (int, const char *, int, ...)) \
        mode_t mode = 0; char whole[PATH_MAX]; struct stat there; \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
        if (!ours(folder, path, whole)) return real(folder, path, flags, mode); \
        int new = (flags & O_CREAT) && stat(whole, &there) != 0; \
        int fd = real(folder, path, flags, mode); \
        opened(fd, flags, new, whole); \
        return fd; \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define PWRITE(name, type) \
    ssize_t name(int fd, const void *bytes, size_t length, type offset) { \
        REAL(ssize_t, name, (int, const void *, size_t, type)) \
        struct stat found; \
        ssize_t written = real(fd, bytes, length, offset); \
        if (written > 0 && file_of_ours(fd, &found)) record(WRITE, found.st_ino, offset, NULL, NULL, bytes, (size_t)written); \
        return written; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(ssize_t, write, (int, const void *, size_t))
    struct stat found;
    ssize_t written = real(fd, bytes, length);
    if (written > 0 && file_of_ours(fd, &found)) /* after it, the position is where it ended, also when appending */
        record(WRITE, found.st_ino, lseek(fd, 0, SEEK_CUR) - written, NULL, NULL, bytes, (size_t)written);
    return written;
}

#define SENDFILE(name, type) \
    ssize_t name(int out, int in, type *offset, size_t length) { \
        REAL(ssize_t, name, (int, int, type *, size_t)) \
        struct stat found; \
        type from = offset ? *offset : lseek(in, 0, SEEK_CUR); \
        ssize_t sent = real(out, in, offset, length); \
        if (sent > 0 && file_of_ours(out, &found)) { \
            void *bytes = malloc((size_t)sent); \
            if (!bytes || pread(in, bytes, (size_t)sent, from) != sent) abort(); \
            record(WRITE, found.st_ino, lseek(out, 0, SEEK_CUR) - sent, NULL, NULL, bytes, (size_t)sent); \
            free(bytes); \
        } \
        return sent; \
    }
SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
    (void)in; (void)from; (void)out; (void)to; (void)length; (void)flags;
    errno = ENOSYS; /* whoever asks takes the way of write */
    return -1;
}

#define CUT(name, type) \
    int name(int fd, type size) { \
        REAL(int, name, (int, type)) \
        struct stat found; \
        int done = real(fd, size); \
        if (done == 0 && file_of_ours(fd, &found)) record(TRUNCATE, found.st_ino, size, NULL, NULL, NULL, 0); \
        return done; \
    }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

#define FLUSH(name) \
    int name(int fd) { \
        REAL(int, name, (int)) \
        struct stat found; \
        int done = real(fd); \
        if (done == 0 && file_of_ours(fd, &found)) record(SYNC, found.st_ino, 0, NULL, NULL, NULL, 0); \
        return done; \
    }
FLUSH(fsync)
FLUSH(fdatasync)

static int named(int done, int op, int folder, const char *path, int other, const char *to) {
    char first[PATH_MAX], second[PATH_MAX];
    struct stat found = {0};
    int before = errno;
    int a = ours(folder, path, first), b = to && ours(other, to, second);
    if (done == 0 && (a || b)) {
        if (op == MKDIR) stat(first, &found);
        record(op, found.st_ino, 0, a ? first : "", b ? second : "", NULL, 0);
    }
    errno = before;
    return done;
}

int rename(const char *path, const char *to) {
    REAL(int, rename, (const char *, const char *))
    return named(real(path, to), RENAME, AT_FDCWD, path, AT_FDCWD, to);
}
int renameat(int folder, const char *path, int other, const char *to) {
    REAL(int, renameat, (int, const char *, int, const char *))
    return named(real(folder, path, other, to), RENAME, folder, path, other, to);
}
int link(const char *path, const char *to) {
    REAL(int, link, (const char *, const char *))
    return named(real(path, to), LINK, AT_FDCWD, path, AT_FDCWD, to);
}
int linkat(int folder, const char *path, int other, const char *to, int flags) {
    REAL(int, linkat, (int, const char *, int, const char *, int))
    return named(real(folder, path, other, to, flags), LINK, folder, path, other, to);
}
int unlink(const char *path) {
    REAL(int, unlink, (const char *))
    return named(real(path), UNLINK, AT_FDCWD, path, AT_FDCWD, NULL);
}
int unlinkat(int folder, const char *path, int flags) {
    REAL(int, unlinkat, (int, const char *, int))
    return named(real(folder, path, flags), flags & AT_REMOVEDIR ? RMDIR : UNLINK, folder, path, AT_FDCWD, NULL);
}
int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, (const char *, mode_t))
    return named(real(path, mode), MKDIR, AT_FDCWD, path, AT_FDCWD, NULL);
}
int mkdirat(int folder, const char *path, mode_t mode) {
    REAL(int, mkdirat, (int, const char *, mode_t))
    return named(real(folder, path, mode), MKDIR, folder, path, AT_FDCWD, NULL);
}
int rmdir(const char *path) {
    REAL(int, rmdir, (const char *))
    return named(real(path), RMDIR, AT_FDCWD, path, AT_FDCWD, NULL);
}
