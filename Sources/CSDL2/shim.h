#pragma once
// Types and constants alone: Display loads the library itself when a window is wanted.
#include <SDL2/SDL.h>
