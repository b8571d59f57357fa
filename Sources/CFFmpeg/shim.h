// What Swift does not import of FFmpeg: macros and variadic functions.
// libavfilter is left out on purpose: loading it costs 70 ms, and turning and deinterlacing are Mien's own.
#pragma once
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

#include "versions.h"

/// No more output until more input comes.
static const int FFErrorAgain = AVERROR(EAGAIN);
/// End of the stream.
static const int FFErrorEnd = AVERROR_EOF;
/// Bytes that make no sense.
static const int FFErrorInvalidData = AVERROR_INVALIDDATA;
/// The interrupt callback asked to stop.
static const int FFErrorExit = AVERROR_EXIT;
/// Timestamp unknown.
static const int64_t FFNoTimestamp = AV_NOPTS_VALUE;
/// The error of an errno value.
static inline int FFErrorOf(int code) { return AVERROR(code); }
/// Microseconds, the unit of a container's own times.
static const AVRational FFMicroseconds = {1, AV_TIME_BASE};
