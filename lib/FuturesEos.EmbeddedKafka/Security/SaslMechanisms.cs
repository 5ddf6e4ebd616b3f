namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>The mechanisms, by their registered names.</summary>
public static class SaslMechanisms
{
    /// <summary>User and password as they are (RFC 4616).</summary>
    public const string Plain = "PLAIN";

    /// <summary>Both sides prove that they know the password, and neither shows it (RFC 5802, 7677).</summary>
    public const string ScramSha256 = "SCRAM-SHA-256";

    /// <inheritdoc cref="ScramSha256"/>
    public const string ScramSha512 = "SCRAM-SHA-512";

    /// <summary>All of them, in the order in which Kafka lists them.</summary>
    public static IReadOnlyList<string> All { get; } = [Plain, ScramSha512, ScramSha256];
}
