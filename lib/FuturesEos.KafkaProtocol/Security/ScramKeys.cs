using System.Security.Cryptography;
using System.Text;

namespace FuturesEos.KafkaProtocol.Security;

/// <summary>
/// What SCRAM makes of a password (RFC 5802, section 3): for the client its key, for the server what it keeps.
/// </summary>
/// <param name="ClientKey">Known to who knows the password.</param>
/// <param name="StoredKey">Its hash: enough to check a proof, not to make one.</param>
/// <param name="ServerKey">What the server proves with that it knows the password too.</param>
public sealed record ScramKeys(byte[] ClientKey, byte[] StoredKey, byte[] ServerKey)
{
    /// <summary>Derives them; this takes as long as there are iterations.</summary>
    public static ScramKeys Of(string password, byte[] salt, int iterations, HashAlgorithmName hash)
    {
        // Neither Kafka nor librdkafka nor the Java client prepares the password (SASLprep): its bytes are its UTF-8
        var length = CryptographicOperations.HashData(hash, []).Length;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, hash, length);
        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8.ToArray());
        return new ScramKeys(
            clientKey,
            CryptographicOperations.HashData(hash, clientKey),
            CryptographicOperations.HmacData(hash, salted, "Server Key"u8.ToArray()));
    }

    /// <summary>Names the type: keys are not for printing.</summary>
    public override string ToString() => nameof(ScramKeys);
}
