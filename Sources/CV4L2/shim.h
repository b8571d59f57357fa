// What Swift does not import of V4L2: ioctl numbers, macros with arithmetic and the variadic ioctl.
// Mien talks to the kernel itself and takes from libv4l its converters alone: with libv4l2 in between, a program cannot
// choose which of a camera's own formats is read.
#pragma once
#include <errno.h>
#include <libv4lconvert.h>
#include <linux/videodev2.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

/// An ioctl, begun again after a signal: 0, or errno negated.
static inline int V4LCall(int device, unsigned long request, void *argument) {
  int status;
  do {
    status = ioctl(device, request, argument);
  } while (status < 0 && errno == EINTR);
  return status < 0 ? -errno : 0;
}

static const unsigned long V4LQueryCapability = VIDIOC_QUERYCAP;
static const unsigned long V4LEnumerateFormat = VIDIOC_ENUM_FMT;
static const unsigned long V4LEnumerateSize = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long V4LEnumerateInterval = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long V4LGetFormat = VIDIOC_G_FMT;
static const unsigned long V4LSetFormat = VIDIOC_S_FMT;
static const unsigned long V4LSetParameters = VIDIOC_S_PARM;
static const unsigned long V4LRequestBuffers = VIDIOC_REQBUFS;
static const unsigned long V4LQueryBuffer = VIDIOC_QUERYBUF;
static const unsigned long V4LQueueBuffer = VIDIOC_QBUF;
static const unsigned long V4LDequeueBuffer = VIDIOC_DQBUF;
static const unsigned long V4LStreamOn = VIDIOC_STREAMON;
static const unsigned long V4LStreamOff = VIDIOC_STREAMOFF;
static const unsigned long V4LQueryControl = VIDIOC_QUERYCTRL;
static const unsigned long V4LQueryMenu = VIDIOC_QUERYMENU;
static const unsigned long V4LGetControl = VIDIOC_G_CTRL;
static const unsigned long V4LSetControl = VIDIOC_S_CTRL;

/// Asks for the control behind the one named.
static const unsigned V4LNextControl = V4L2_CTRL_FLAG_NEXT_CTRL;
static const unsigned V4LExposure = V4L2_CID_EXPOSURE;
static const unsigned V4LExposureAuto = V4L2_CID_EXPOSURE_AUTO;
static const unsigned V4LExposureAbsolute = V4L2_CID_EXPOSURE_ABSOLUTE;
static const unsigned V4LFocusAuto = V4L2_CID_FOCUS_AUTO;
static const unsigned V4LFocusAbsolute = V4L2_CID_FOCUS_ABSOLUTE;

/// Quantisation and encoding of a format, with the driver's "default" resolved as the kernel's documentation says.
static inline unsigned V4LQuantization(const struct v4l2_pix_format *format, int isRGB) {
  if (format->quantization != V4L2_QUANTIZATION_DEFAULT) return format->quantization;
  return V4L2_MAP_QUANTIZATION_DEFAULT(isRGB, format->colorspace, format->ycbcr_enc);
}
static inline unsigned V4LEncoding(const struct v4l2_pix_format *format) {
  if (format->ycbcr_enc != V4L2_YCBCR_ENC_DEFAULT) return format->ycbcr_enc;
  return V4L2_MAP_YCBCR_ENC_DEFAULT(format->colorspace);
}

/// A descriptor that `poll` finds readable once something was written to it.
static inline int V4LMakeWaker(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
