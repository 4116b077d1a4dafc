/// A driver's library for tests: two cards, of which one does not count. The other has taken 5 J more each time it is asked.

#ifdef _WIN32
#define FAKE_NVML_EXPORT extern "C" __declspec(dllexport)
#else
#define FAKE_NVML_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace
{

constexpr int kNotSupported = 3;
int cards[2];
unsigned long long taken = 1000;

} // namespace

FAKE_NVML_EXPORT int nvmlInit_v2()
{
    return 0;
}

FAKE_NVML_EXPORT int nvmlShutdown()
{
    return 0;
}

FAKE_NVML_EXPORT int nvmlDeviceGetCount_v2(unsigned int *count)
{
    *count = 2;
    return 0;
}

FAKE_NVML_EXPORT int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **card)
{
    *card = &cards[index];
    return 0;
}

FAKE_NVML_EXPORT int nvmlDeviceGetTotalEnergyConsumption(void *card, unsigned long long *millijoules)
{
    if (card == &cards[1])
        return kNotSupported;
    taken += 5000;
    *millijoules = taken;
    return 0;
}
