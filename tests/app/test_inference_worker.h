#pragma once

#include <QObject>

/// The engine's thread: answers, updates, stops, failures; and what answers take.
class TestInferenceWorker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers();
    void readsCharts();
    void updatesComeOncePerFrame();
    void stopEndsARunningAnswer();
    void stopEndsAWaitingAnswer();
    void otherIdsAreIgnored();
    void endsComeInOrder();
    void tooManyQuestionsFailAtOnce();
    void failuresAreMessages();
    void exceptionsAreMessages();
    void brokenPicturesAreRefused();
    void withoutAModel();
    void aFailedLoadKeepsThePresentModel();
    void exceptionsWhileLoadingAreMessages();
    void sessionsAreKeptByConversation();
    void theEndIsQuickInMidAnswer();
    void signalsComeOnTheOwnersThread();
    void expertsAreShownToWhoWatches();

    // test_meters.cpp
    void packagesAndTheirMemoryAreCounted();
    void countersWrapAround();
    void lockedCountersAreSaid();
    void cardsCountWhereTheyCompute();
    void theBatteryCountsWhereNothingElseDoes();
    void idlePowerIsSubtracted();
    void answersCarryTheirEnergyAndCost();
    void whatIsNotMeasurableIsNotInvented();
};
