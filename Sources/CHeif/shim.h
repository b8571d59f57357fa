// What of libheif's interface (1.15) Mien calls. The library is looked for at run time, so that its headers are not needed
// to build, nor the library to run.
#pragma once
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

struct HeifError {
  int code;
  int subcode;
  const char *message;
};

/// heif_colorspace_RGB, heif_chroma_interleaved_RGBA, heif_channel_interleaved.
enum { HEIF_RGB = 1, HEIF_RGBA = 11, HEIF_INTERLEAVED = 10 };

typedef void *(*HeifMakeContext)(void);
typedef void (*HeifFree)(const void *);
typedef struct HeifError (*HeifReadFile)(void *context, const char *path, const void *options);
typedef struct HeifError (*HeifPrimary)(void *context, void **handle);
typedef struct HeifError (*HeifDecode)(const void *handle, void **image, int space, int chroma, const void *options);
typedef int (*HeifSize)(const void *image, int channel);
typedef const uint8_t *(*HeifPlane)(const void *image, int channel, int *stride);

/// A file in memory, to read and write; negative where there can be none.
static inline int HeifMakeMemoryFile(void) { return (int)syscall(SYS_memfd_create, "picture", 1u); }
