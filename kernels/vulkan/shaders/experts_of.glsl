// The expert in place j of a token; one that does not exist where there is none.
uint expertOf(uint64_t experts, uint expertsStride, uint token, uint j)
{
    return Word(experts + uint64_t(token) * expertsStride + j * 4u).value;
}
