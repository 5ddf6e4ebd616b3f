using System.Text;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>Who may connect: every client must authenticate itself.</summary>
public sealed class SaslOptions
{
    private const int UsersMax = 10_000;

    // RFC 4616: what a server must accept
    private const int NameBytesMax = 255;

    /// <summary>Password by user.</summary>
    public required IReadOnlyDictionary<string, string> Users { get; init; }

    /// <summary>
    /// Which of <see cref="SaslMechanisms.All"/> a client may choose. PLAIN sends the password as it is: TLS hides it.
    /// </summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = SaslMechanisms.All;

    /// <exception cref="ArgumentException">A value is out of its range; no password is shown.</exception>
    internal void Validate()
    {
        Require(
            Users.Count is > 0 and <= UsersMax,
            nameof(Users),
            $"Sasl.Users has {Users.Count} users; 1 to {UsersMax} are possible.");
        var wrong = Users.FirstOrDefault(user => !IsPossible(user.Key) || !IsPossible(user.Value)).Key;
        Require(
            wrong is null,
            nameof(Users),
            $"Sasl.Users: name and password of '{wrong}' must have 1 to {NameBytesMax} bytes each, none of them zero.");
        var unknown = Mechanisms.FirstOrDefault(name => !SaslMechanisms.All.Contains(name));
        Require(
            Mechanisms.Count > 0 && unknown is null,
            nameof(Mechanisms),
            $"Sasl.Mechanisms: '{unknown}' is not one of {string.Join(", ", SaslMechanisms.All)}.");
    }

    private static bool IsPossible(string text) =>
        text.Length > 0
        && !text.Contains('\0', StringComparison.Ordinal)
        && Encoding.UTF8.GetByteCount(text) <= NameBytesMax;

    private static void Require(bool holds, string option, string sentence)
    {
        if (!holds)
            throw new ArgumentException(sentence, option);
    }
}
