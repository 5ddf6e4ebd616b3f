namespace FuturesEos.Tests.Chaos;

/// <summary>What is done to a running group of processors. Each of a lane comes at least once in every run.</summary>
internal enum Fault
{
    // lane 0: processors
    KillProcessor,
    KillTwoProcessors,
    StallProcessor,
    Zombie,
    Hijack,
    LeaveAndJoin,

    // lane 1: brokers
    KillLeader,
    KillGroupCoordinator,
    KillTransactionCoordinator,
    KillController,
    KillTwoBrokers,
    StallBroker,

    // lane 2: the network of one processor
    Silence,
    LongSilence,
    BreakConnections,
    LateEndTxn,
    DoubledEndTxn,
}
