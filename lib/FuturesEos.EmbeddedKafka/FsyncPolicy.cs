namespace FuturesEos.EmbeddedKafka;

/// <summary>
/// When written records are forced to the disk. A killed process loses nothing in any case; a power cut may.
/// </summary>
public enum FsyncPolicy
{
    /// <summary>The operating system decides.</summary>
    Never,

    /// <summary>Every <see cref="EmbeddedKafkaOptions.FsyncInterval"/>.</summary>
    Interval,

    /// <summary>Before each acknowledgement.</summary>
    Always,
}
