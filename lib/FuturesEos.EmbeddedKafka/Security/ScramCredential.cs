using System.Security.Cryptography;
using FuturesEos.KafkaProtocol.Security;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>What a server keeps of a password for SCRAM (RFC 5802, section 3).</summary>
internal sealed record ScramCredential(byte[] Salt, int Iterations, byte[] StoredKey, byte[] ServerKey)
{
    // RFC 7677 and Kafka: the least of both
    private const int LeastIterations = 4096;
    private const int SaltBytes = 16;

    public static ScramCredential Of(string password, HashAlgorithmName hash)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var keys = ScramKeys.Of(password, salt, LeastIterations, hash);
        return new ScramCredential(salt, LeastIterations, keys.StoredKey, keys.ServerKey);
    }

    public override string ToString() => nameof(ScramCredential);
}
