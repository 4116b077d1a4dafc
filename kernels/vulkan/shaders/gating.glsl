// What a router makes of its logits (GatingScore).
const uint kSoftmax = 0u;
const uint kSigmoidScore = 1u;
const uint kSoftmaxOfChosen = 2u;

// `largest` and `sum`: of the logits, and of their exponentials less the largest.
float scoreOf(uint score, float logit, float largest, float sum)
{
    if (score == kSoftmax)
        return exp(logit - largest) / sum;
    if (score == kSigmoidScore)
        return sigmoid(logit);
    if (score == kSoftmaxOfChosen)
        return logit; // the softmax comes after the choice
    return sqrt(softplus(logit));
}
