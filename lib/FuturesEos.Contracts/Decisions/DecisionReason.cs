namespace FuturesEos.Contracts.Decisions;

/// <summary>Why a decision recommends what it does.</summary>
public enum DecisionReason
{
    /// <summary><c>INSUFFICIENT_DATA</c>: fewer than two timeframes, or aligned ones without a lead.</summary>
    InsufficientData,

    /// <summary><c>DIVERGENT_SIGNALS</c>: the timeframes disagree.</summary>
    DivergentSignals,

    /// <summary><c>VOLUME_SPIKE</c>: the quantity is three times the mean of the five before it, or more.</summary>
    VolumeSpike,

    /// <summary><c>ALIGNED_SIGNALS</c>.</summary>
    AlignedSignals,

    /// <summary><c>MOMENTUM_SHIFT</c>: a strong lead although the timeframes disagree.</summary>
    MomentumShift,
}
