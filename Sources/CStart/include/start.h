// Whoever links this target has the processor checked before main: what Mien cannot run on gets a sentence and status 1, a wrong MIEN_CPU
// status 2.
#pragma once
