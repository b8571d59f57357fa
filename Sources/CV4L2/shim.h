// What Swift does not import of V4L2: ioctl numbers, pixel format codes and the variadic ioctl.
#pragma once
#include <libv4l2.h>
#include <linux/videodev2.h>
