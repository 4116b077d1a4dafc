#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "dequantise.glsl"
#include "cache.glsl"
#include "attention.glsl"
