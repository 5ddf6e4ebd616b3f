namespace FuturesEos.Contracts.Signals;

/// <summary>Why a record is no signal that can be taken.</summary>
/// <param name="Reason">The value of the header <c>dlq.reason</c>.</param>
/// <param name="Detail">The value of the header <c>dlq.detail</c>: one readable sentence.</param>
public readonly record struct Refusal(RefusalReason Reason, string Detail)
{
    /// <summary>The reason as the header has it: <c>MALFORMED</c> and so on.</summary>
    public string Code => Reason switch
    {
        RefusalReason.Malformed => "MALFORMED",
        RefusalReason.InvalidField => "INVALID_FIELD",
        RefusalReason.KeyMismatch => "KEY_MISMATCH",
        RefusalReason.TimeframeMismatch => "TIMEFRAME_MISMATCH",
        _ => "LATE",
    };

    /// <summary>The refusal of a signal whose window is closed.</summary>
    /// <param name="windowEndMs">End of its window, epoch milliseconds.</param>
    /// <param name="streamTimeMs">The symbol's stream time, epoch milliseconds.</param>
    public static Refusal Late(long windowEndMs, long streamTimeMs) => new(
        RefusalReason.Late,
        $"its window ended {Timestamps.Format(windowEndMs)} and the symbol's stream time is "
            + $"{Timestamps.Format(streamTimeMs)}");
}
