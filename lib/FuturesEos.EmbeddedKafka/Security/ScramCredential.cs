using System.Security.Cryptography;
using System.Text;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>What a server keeps of a password for SCRAM (RFC 5802, section 3).</summary>
internal sealed record ScramCredential(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey)
{
    // RFC 7677 and Kafka: the least of both
    private const int LeastIterations = 4096;
    private const int SaltBytes = 16;

    public static ScramCredential Of(string password, HashAlgorithmName hash)
    {
        // Neither Kafka nor librdkafka nor the Java client prepares the password (SASLprep): its bytes are its UTF-8
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var length = CryptographicOperations.HashData(hash, []).Length;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, LeastIterations, hash, length);
        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8.ToArray());
        return new ScramCredential(
            salt,
            LeastIterations,
            CryptographicOperations.HashData(hash, clientKey),
            CryptographicOperations.HmacData(hash, salted, "Server Key"u8.ToArray()));
    }

    public override string ToString() => nameof(ScramCredential);
}
