// How 32 threads share rows of weights: each row has a thread for every 32 values, at most 32 of them, in powers of two. As
// vulkan_queue.cpp counts groups.

uint threadsOfRow(uint width)
{
    uint threads = 1u;
    while (threads < 32u && threads * 32u < width)
        threads *= 2u;
    return threads;
}
