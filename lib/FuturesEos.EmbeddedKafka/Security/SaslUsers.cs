using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>The users, asked in the way of each mechanism.</summary>
internal sealed class SaslUsers(SaslOptions options)
{
    // as many as users times mechanisms: made when first asked for, since each costs some milliseconds
    private readonly ConcurrentDictionary<(string User, HashAlgorithmName Hash), ScramCredential> _credentials = new();

    public string[] Mechanisms { get; } = [.. SaslMechanisms.All.Where(options.Mechanisms.Contains)];

    /// <summary>Begins a mechanism; null where it is not enabled.</summary>
    public SaslConversation? Begin(string mechanism) => !Mechanisms.Contains(mechanism) ? null : mechanism switch
    {
        SaslMechanisms.Plain => new PlainConversation(this),
        SaslMechanisms.ScramSha256 => new ScramConversation(this, HashAlgorithmName.SHA256),
        _ => new ScramConversation(this, HashAlgorithmName.SHA512),
    };

    /// <summary>Compares in a time that tells nothing of the password.</summary>
    public bool IsPasswordOf(string user, string password) =>
        CryptographicOperations.FixedTimeEquals(Digest(options.Users.GetValueOrDefault(user, "")), Digest(password))
        && options.Users.ContainsKey(user);

    public ScramCredential? CredentialOf(string user, HashAlgorithmName hash) =>
        options.Users.TryGetValue(user, out var password)
            ? _credentials.GetOrAdd((user, hash), _ => ScramCredential.Of(password, hash))
            : null;

    // of one length, whatever the passwords' lengths are
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
