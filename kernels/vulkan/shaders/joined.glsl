// How threads of a group join what each of them has. With SUBGROUPS those of a subgroup do it by themselves, and shared memory is left for what
// subgroups give; they are whole ones, of a size that is a power of two and divides the group. For total() and greatest() the shader defines
// GROUP_THREADS.

#ifdef SUBGROUPS
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require

// Neighbours in a subgroup have neighbouring numbers.
uint laneOf() { return gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID; }

// For a sum over `threads` neighbours, a power of two: of what this returns, that of every shareStep(threads)-th of them adds up to it.
float joinedShare(float value, uint threads)
{
    if (threads >= gl_SubgroupSize)
        return subgroupAdd(value);
    for (uint far = 1u; far < threads; far *= 2u)
        value += subgroupShuffleXor(value, far);
    return value;
}

uint shareStep(uint threads) { return min(threads, gl_SubgroupSize); }

#else

uint laneOf() { return gl_LocalInvocationID.x; }
float joinedShare(float value, uint threads) { return value; }
uint shareStep(uint threads) { return 1u; }

#endif

#ifdef GROUP_THREADS
shared float joinedParts[GROUP_THREADS];

// Leaves what is to be joined at the front of joinedParts and says how much it is. All threads ask; barriers are the dear part.
#ifdef SUBGROUPS
#define SHARE_PARTS(own, join)                                                                                                             \
    barrier(); /* what was joined before is read */                                                                                        \
    if (gl_SubgroupInvocationID == 0u)                                                                                                     \
        joinedParts[gl_SubgroupID] = own;                                                                                                  \
    barrier();                                                                                                                             \
    const uint parts = gl_NumSubgroups;
#else
#define SHARE_PARTS(own, join)                                                                                                             \
    barrier();                                                                                                                             \
    joinedParts[laneOf()] = own;                                                                                                           \
    barrier();                                                                                                                             \
    for (uint far = GROUP_THREADS / 2u; far >= 32u; far /= 2u)                                                                             \
    {                                                                                                                                      \
        if (laneOf() < far)                                                                                                                \
            joinedParts[laneOf()] = join(joinedParts[laneOf()], joinedParts[laneOf() + far]);                                              \
        barrier();                                                                                                                         \
    }                                                                                                                                      \
    const uint parts = min(32u, GROUP_THREADS);
#endif

float plus(float a, float b) { return a + b; }

// The sum, and the greatest, of all threads' values; each thread gets it.
float total(float value)
{
#ifdef SUBGROUPS
    value = subgroupAdd(value);
#endif
    SHARE_PARTS(value, plus)
    float sum = joinedParts[0];
    for (uint i = 1u; i < parts; ++i)
        sum += joinedParts[i];
    return sum;
}

float greatest(float value)
{
#ifdef SUBGROUPS
    value = subgroupMax(value);
#endif
    SHARE_PARTS(value, max)
    float most = joinedParts[0];
    for (uint i = 1u; i < parts; ++i)
        most = max(most, joinedParts[i]);
    return most;
}
#endif
