#pragma once
// Nothing to declare: the functions are FFmpeg's own.
