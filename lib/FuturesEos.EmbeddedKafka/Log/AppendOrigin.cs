namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>Who appends: decides which checks a batch must pass.</summary>
internal enum AppendOrigin
{
    /// <summary>A Produce request: every check.</summary>
    Client,

    /// <summary>
    /// A coordinator of this broker: offsets and transaction states. No sequences; epoch and registration are checked.
    /// </summary>
    Coordinator,
}
