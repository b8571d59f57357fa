// What FFmpeg 5.1, 6 and 7 call differently, under one name each.
#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>

/// Whether a frame is of two fields.
static inline int FFFrameIsInterlaced(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame;
#endif
}

/// Whether the upper of its fields comes first.
static inline int FFFrameBeginsAtTop(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
  return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
  return frame->top_field_first;
#endif
}

/// Says of which fields a frame is.
static inline void FFFrameSetFields(AVFrame *frame, int isInterlaced, int beginsAtTop) {
#ifdef AV_FRAME_FLAG_INTERLACED
  frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
  if (isInterlaced) frame->flags |= AV_FRAME_FLAG_INTERLACED;
  if (beginsAtTop) frame->flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
#else
  frame->interlaced_frame = isInterlaced;
  frame->top_field_first = beginsAtTop;
#endif
}

/// How long a frame lasts, in the stream's time base; 0 where that is not known.
static inline int64_t FFFrameDuration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

/// Says how long a frame lasts.
static inline void FFFrameSetDuration(AVFrame *frame, int64_t duration) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  frame->duration = duration;
#else
  frame->pkt_duration = duration;
#endif
}

/// Has the frames of a packet carry a number. Call it before the packet is sent; at the end there is none.
static inline void FFMarkPacket(AVCodecContext *context, AVPacket *packet, int64_t mark) {
#if LIBAVCODEC_VERSION_MAJOR >= 60
  context->flags |= AV_CODEC_FLAG_COPY_OPAQUE;
  if (packet) packet->opaque = (void *)(intptr_t)mark;
#else
  (void)packet;
  context->reordered_opaque = mark;
#endif
}

/// The number that the packet of a frame was given.
static inline int64_t FFFrameMark(const AVFrame *frame) {
#if LIBAVCODEC_VERSION_MAJOR >= 60
  return (int64_t)(intptr_t)frame->opaque;
#else
  return frame->reordered_opaque;
#endif
}

// Since 6.1 a stream's side data lie in its parameters.
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 101)
#define FFSideDataInParameters 1
#endif

/// How many pieces of side data a stream has.
static inline int FFSideDataCount(const AVStream *stream) {
#ifdef FFSideDataInParameters
  return stream->codecpar->nb_coded_side_data;
#else
  return stream->nb_side_data;
#endif
}

/// One of them.
static inline const AVPacketSideData *FFSideData(const AVStream *stream, int index) {
#ifdef FFSideDataInParameters
  return &stream->codecpar->coded_side_data[index];
#else
  return &stream->side_data[index];
#endif
}

/// The bytes of that of a kind; NULL where there is none.
static inline const uint8_t *FFSideDataOf(const AVStream *stream, enum AVPacketSideDataType type) {
  for (int index = 0; index < FFSideDataCount(stream); index++)
    if (FFSideData(stream, index)->type == type) return FFSideData(stream, index)->data;
  return NULL;
}

/// Room for another, or for the same anew; NULL where there is no memory.
static inline uint8_t *FFNewSideData(AVStream *stream, enum AVPacketSideDataType type, size_t size) {
#ifdef FFSideDataInParameters
  AVCodecParameters *parameters = stream->codecpar;
  AVPacketSideData *made =
      av_packet_side_data_new(&parameters->coded_side_data, &parameters->nb_coded_side_data, type, size, 0);
  return made ? made->data : NULL;
#else
  return av_stream_new_side_data(stream, type, size);
#endif
}

// Since 7.1 an encoder is asked for what it takes.
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
static inline const void *FFSupported(const AVCodec *codec, enum AVCodecConfig what) {
  const void *list = NULL;
  return avcodec_get_supported_config(NULL, codec, what, 0, &list, NULL) < 0 ? NULL : list;
}
#define FF_SUPPORTED(codec, field, what) FFSupported(codec, what)
#else
#define FF_SUPPORTED(codec, field, what) (codec)->field
#endif

/// Pixel formats that an encoder takes, up to AV_PIX_FMT_NONE; NULL: any.
static inline const enum AVPixelFormat *FFPixelFormats(const AVCodec *codec) {
  return (const enum AVPixelFormat *)FF_SUPPORTED(codec, pix_fmts, AV_CODEC_CONFIG_PIX_FORMAT);
}

/// Sample formats that an encoder takes, up to AV_SAMPLE_FMT_NONE; NULL: any.
static inline const enum AVSampleFormat *FFSampleFormats(const AVCodec *codec) {
  return (const enum AVSampleFormat *)FF_SUPPORTED(codec, sample_fmts, AV_CODEC_CONFIG_SAMPLE_FORMAT);
}

/// Rates that an encoder takes, up to 0; NULL: any.
static inline const int *FFSampleRates(const AVCodec *codec) {
  return (const int *)FF_SUPPORTED(codec, supported_samplerates, AV_CODEC_CONFIG_SAMPLE_RATE);
}
