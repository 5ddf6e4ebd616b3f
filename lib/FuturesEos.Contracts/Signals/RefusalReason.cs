namespace FuturesEos.Contracts.Signals;

/// <summary>Why a record became a dead letter, in the order in which it is checked.</summary>
public enum RefusalReason
{
    /// <summary>Not one JSON object in UTF-8.</summary>
    Malformed,

    /// <summary>
    /// A field is missing, of another type or out of its limits; or the time is over an hour after the record's.
    /// </summary>
    InvalidField,

    /// <summary>The symbol is not the record's key.</summary>
    KeyMismatch,

    /// <summary>The timeframe is not the topic's.</summary>
    TimeframeMismatch,

    /// <summary>Its window is past end and grace.</summary>
    Late,
}
