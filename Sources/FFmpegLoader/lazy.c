// FFmpeg's libraries bring some 150 others, which takes 40 ms at every start. So they are loaded when the first of
// their functions is called: each function here jumps through an entry, which at first leads to the loader and then
// to the function itself. Other processors link the libraries plainly (see Package.swift).
#include "ffmpeg_loader.h"

#if defined(__x86_64__)

#include <dlfcn.h>
#include <libavcodec/version.h>
#include <libavformat/version_major.h>
#include <libavutil/version.h>
#include <libswresample/version_major.h>
#include <libswscale/version_major.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT(x) #x
#define NAME(library, major) "lib" library ".so." TEXT(major)

enum { avformat, avcodec, swscale, swresample, avutil };

static const char *const libraries[] = {
    NAME("avformat", LIBAVFORMAT_VERSION_MAJOR),     NAME("avcodec", LIBAVCODEC_VERSION_MAJOR),
    NAME("swscale", LIBSWSCALE_VERSION_MAJOR),       NAME("swresample", LIBSWRESAMPLE_VERSION_MAJOR),
    NAME("avutil", LIBAVUTIL_VERSION_MAJOR),
};

// Functions that came with newer versions, and what they took the place of (see CFFmpeg/versions.h).
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 101)
#define SIDE_DATA X(avcodec, av_packet_side_data_new)
#else
#define SIDE_DATA X(avformat, av_stream_new_side_data)
#endif
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
#define SUPPORTED X(avcodec, avcodec_get_supported_config)
#else
#define SUPPORTED
#endif

/// Every function of FFmpeg that Mien calls, and its library.
#define FUNCTIONS \
  SIDE_DATA SUPPORTED \
  X(avformat, av_codec_get_id) \
  X(avformat, av_find_best_stream) \
  X(avformat, av_find_input_format) \
  X(avformat, av_guess_codec) \
  X(avformat, av_guess_format) \
  X(avformat, av_guess_frame_rate) \
  X(avformat, av_interleaved_write_frame) \
  X(avformat, av_read_frame) \
  X(avformat, av_seek_frame) \
  X(avformat, av_write_trailer) \
  X(avformat, avformat_alloc_context) \
  X(avformat, avformat_alloc_output_context2) \
  X(avformat, avformat_close_input) \
  X(avformat, avformat_find_stream_info) \
  X(avformat, avformat_free_context) \
  X(avformat, avformat_new_stream) \
  X(avformat, avformat_open_input) \
  X(avformat, avformat_query_codec) \
  X(avformat, avformat_write_header) \
  X(avformat, avio_alloc_context) \
  X(avformat, avio_context_free) \
  X(avformat, avio_flush) \
  X(avformat, avio_size) \
  X(avcodec, av_new_packet) \
  X(avcodec, av_packet_alloc) \
  X(avcodec, av_packet_free) \
  X(avcodec, av_packet_move_ref) \
  X(avcodec, av_packet_rescale_ts) \
  X(avcodec, av_packet_unref) \
  X(avcodec, avcodec_alloc_context3) \
  X(avcodec, avcodec_decode_subtitle2) \
  X(avcodec, avcodec_descriptor_get) \
  X(avcodec, avcodec_encode_subtitle) \
  X(avcodec, avcodec_find_best_pix_fmt_of_list) \
  X(avcodec, avcodec_find_decoder) \
  X(avcodec, avcodec_find_decoder_by_name) \
  X(avcodec, avcodec_find_encoder) \
  X(avcodec, avcodec_find_encoder_by_name) \
  X(avcodec, avcodec_free_context) \
  X(avcodec, avcodec_get_name) \
  X(avcodec, avcodec_open2) \
  X(avcodec, avcodec_parameters_copy) \
  X(avcodec, avcodec_parameters_from_context) \
  X(avcodec, avcodec_parameters_to_context) \
  X(avcodec, avcodec_receive_frame) \
  X(avcodec, avcodec_receive_packet) \
  X(avcodec, avcodec_send_frame) \
  X(avcodec, avcodec_send_packet) \
  X(avcodec, avsubtitle_free) \
  X(swscale, sws_freeContext) \
  X(swscale, sws_getCachedContext) \
  X(swscale, sws_getCoefficients) \
  X(swscale, sws_isSupportedInput) \
  X(swscale, sws_isSupportedOutput) \
  X(swscale, sws_scale) \
  X(swscale, sws_setColorspaceDetails) \
  X(swresample, swr_alloc_set_opts2) \
  X(swresample, swr_convert) \
  X(swresample, swr_free) \
  X(swresample, swr_get_delay) \
  X(swresample, swr_get_out_samples) \
  X(swresample, swr_init) \
  X(swresample, swr_inject_silence) \
  X(avutil, av_buffer_pool_get) \
  X(avutil, av_buffer_pool_init) \
  X(avutil, av_buffer_pool_uninit) \
  X(avutil, av_calloc) \
  X(avutil, av_channel_layout_copy) \
  X(avutil, av_channel_layout_default) \
  X(avutil, av_d2q) \
  X(avutil, av_dict_copy) \
  X(avutil, av_dict_free) \
  X(avutil, av_dict_get) \
  X(avutil, av_dict_set) \
  X(avutil, av_frame_alloc) \
  X(avutil, av_frame_copy) \
  X(avutil, av_frame_free) \
  X(avutil, av_frame_get_buffer) \
  X(avutil, av_frame_get_side_data) \
  X(avutil, av_frame_is_writable) \
  X(avutil, av_frame_move_ref) \
  X(avutil, av_frame_ref) \
  X(avutil, av_frame_unref) \
  X(avutil, av_free) \
  X(avutil, av_get_pix_fmt_name) \
  X(avutil, av_image_copy) \
  X(avutil, av_image_fill_black) \
  X(avutil, av_image_fill_linesizes) \
  X(avutil, av_image_fill_plane_sizes) \
  X(avutil, av_image_fill_pointers) \
  X(avutil, av_log_format_line2) \
  X(avutil, av_log_set_callback) \
  X(avutil, av_log_set_level) \
  X(avutil, av_freep) \
  X(avutil, av_mallocz) \
  X(avutil, av_opt_get) \
  X(avutil, av_pix_fmt_desc_get) \
  X(avutil, av_rescale_q) \
  X(avutil, av_strerror) \
  X(avutil, av_version_info)

/// Where a function is, its name and its library. The jumps below read `address`, the first field.
struct entry {
  void *address;
  const char *name;
  int library;
};

#define X(library, name) void ffmpeg_bind_##name(void) __attribute__((visibility("hidden")));
FUNCTIONS
#undef X

#define X(library, name) \
  __attribute__((visibility("hidden"))) struct entry ffmpeg_entry_##name = {ffmpeg_bind_##name, #name, library};
FUNCTIONS
#undef X

static void fail(const char *what) {
  fprintf(stderr, "mien: %s cannot be loaded: install Debian's ffmpeg.\n", what);
  exit(1);
}

/// Loads the entry's library and writes its function's address into it. Threads may do so at once: they write the same.
__attribute__((visibility("hidden"), used)) void ffmpeg_load(struct entry *entry) {
  void *library = dlopen(libraries[entry->library], RTLD_LAZY | RTLD_GLOBAL);
  if (!library) fail(libraries[entry->library]);
  void *address = dlsym(library, entry->name);
  if (!address) fail(entry->name);
  __atomic_store_n(&entry->address, address, __ATOMIC_RELEASE);
}

// Keeps all registers that carry arguments (System V ABI), loads, and jumps to the function. r11 holds the entry.
__asm__(
    ".text\n"
    ".type ffmpeg_bind, @function\n"
    "ffmpeg_bind:\n"
    "  pushq %rax\n  pushq %rdi\n  pushq %rsi\n  pushq %rdx\n  pushq %rcx\n  pushq %r8\n  pushq %r9\n  pushq %r11\n"
    "  subq $136, %rsp\n"
    "  movups %xmm0, (%rsp)\n  movups %xmm1, 16(%rsp)\n  movups %xmm2, 32(%rsp)\n  movups %xmm3, 48(%rsp)\n"
    "  movups %xmm4, 64(%rsp)\n  movups %xmm5, 80(%rsp)\n  movups %xmm6, 96(%rsp)\n  movups %xmm7, 112(%rsp)\n"
    "  movq %r11, %rdi\n"
    "  call ffmpeg_load\n"
    "  movups (%rsp), %xmm0\n  movups 16(%rsp), %xmm1\n  movups 32(%rsp), %xmm2\n  movups 48(%rsp), %xmm3\n"
    "  movups 64(%rsp), %xmm4\n  movups 80(%rsp), %xmm5\n  movups 96(%rsp), %xmm6\n  movups 112(%rsp), %xmm7\n"
    "  addq $136, %rsp\n"
    "  popq %r11\n  popq %r9\n  popq %r8\n  popq %rcx\n  popq %rdx\n  popq %rsi\n  popq %rdi\n  popq %rax\n"
    "  jmp *(%r11)\n"
    ".size ffmpeg_bind, . - ffmpeg_bind\n");

// `name` itself, hidden so that the libraries never find it in place of their own.
#define X(library, name) \
  __asm__(".text\n.globl " #name "\n.hidden " #name "\n.type " #name ", @function\n" #name ":\n" \
          "  jmp *ffmpeg_entry_" #name "(%rip)\n.size " #name ", . - " #name "\n" \
          ".globl ffmpeg_bind_" #name "\n.hidden ffmpeg_bind_" #name "\n.type ffmpeg_bind_" #name ", @function\n" \
          "ffmpeg_bind_" #name ":\n  leaq ffmpeg_entry_" #name "(%rip), %r11\n  jmp ffmpeg_bind\n" \
          ".size ffmpeg_bind_" #name ", . - ffmpeg_bind_" #name "\n");
FUNCTIONS
#undef X

#endif
