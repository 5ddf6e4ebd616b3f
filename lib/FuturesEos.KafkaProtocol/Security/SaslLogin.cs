using System.Text;

namespace FuturesEos.KafkaProtocol.Security;

/// <summary>Who logs in, and how.</summary>
/// <param name="Mechanism">One of <see cref="Mechanisms"/>.</param>
/// <param name="User">Name of the user.</param>
/// <param name="Password">Not for printing.</param>
public sealed record SaslLogin(string Mechanism, string User, string Password)
{
    /// <summary>Those that are known here.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    /// <summary>The one token of PLAIN (RFC 4616): <c>\0alice\0secret</c>.</summary>
    internal byte[] PlainToken => Encoding.UTF8.GetBytes($"\0{User}\0{Password}");

    public override string ToString() => $"{User} by {Mechanism}";
}
