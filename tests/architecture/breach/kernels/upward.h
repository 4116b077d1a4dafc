#include "engine/api/engine.h"
