using System.Security.Cryptography;

namespace FuturesEos.Tests.Broker.Secure;

/// <summary>Authentications, good and bad, and what Apache Kafka 4.3.1 answers to each.</summary>
internal static class SaslDialogue
{
    private const string Enabled = "PLAIN,SCRAM-SHA-512,SCRAM-SHA-256";
    private const string Hello = "handshake None " + Enabled;
    private const string AsAnother =
        "Authentication failed: Client requested an authorization id that is different from username";

    private const string Unknown = "Authentication failed: Invalid username or password";
    private const string Parts = "Invalid SASL/PLAIN response: expected 3 tokens, got ";
    private const string Welcome = Hello + " | None '' | metadata of 1";

    private static readonly HashAlgorithmName Sha256 = HashAlgorithmName.SHA256;
    private static readonly HashAlgorithmName Sha512 = HashAlgorithmName.SHA512;

    private static readonly Dictionary<string, (Func<SaslClient, Task> Holds, string Heard)> Written = new()
    {
        ["nothing but a question"] = (c => c.MetadataAsync(), "closed"),
        ["the versions, then a question"] =
            (c => Then(() => c.VersionsAsync(), c.MetadataAsync), "versions None listed | closed"),
        ["the versions twice"] =
            (c => Then(() => c.VersionsAsync(), () => c.VersionsAsync()), "versions None listed | closed"),
        ["versions that nobody has, then those"] = (
            c => Then(() => c.VersionsAsync(9), () => c.VersionsAsync(), () => c.HandshakeAsync("PLAIN")),
            "versions UnsupportedVersion listed | versions None listed | " + Hello),
        ["the versions under a name that is none, then under one"] = (
            c => Then(() => c.VersionsAsync(3, "-x-"), () => c.VersionsAsync(3), () => c.HandshakeAsync("PLAIN")),
            "versions InvalidRequest | versions None listed | " + Hello),
        ["a token first"] = (c => c.TokenAsync("\0alice\0secret"), "closed"),
        ["a mechanism that is not enabled"] = (
            c => Then(() => c.HandshakeAsync("OAUTHBEARER"), c.EndAsync),
            $"handshake UnsupportedSaslMechanism {Enabled} | closed"),
        ["the same in version 0"] = (
            c => Then(() => c.HandshakeAsync("GSSAPI", 0), c.EndAsync),
            $"handshake UnsupportedSaslMechanism {Enabled} | closed"),
        ["a mechanism in small letters"] = (
            c => Then(() => c.HandshakeAsync("plain"), c.EndAsync),
            $"handshake UnsupportedSaslMechanism {Enabled} | closed"),
        ["a handshake in a version that nobody has"] = (c => c.HandshakeAsync("PLAIN", 2), "closed"),
        ["a token in a version that nobody has"] = (c => Plain(c, "\0alice\0secret", 3), Hello + " | closed"),
        ["everything again, once through"] = (
            c => Then(
                () => Plain(c, "\0alice\0secret"),
                () => c.HandshakeAsync("PLAIN"),
                () => c.TokenAsync("\0alice\0secret"),
                () => c.VersionsAsync(), () => c.VersionsAsync(), c.MetadataAsync),
            Hello + " | None '' | handshake IllegalSaslState  | IllegalSaslState "
                + "'SaslAuthenticate request received after successful authentication'"
                + " | versions None listed | versions None listed | metadata of 1"),
        ["PLAIN in version 0"] = (c => Then(() => Plain(c, "\0alice\0secret", 0), c.MetadataAsync), Welcome),
        ["PLAIN in version 1"] = (c => Then(() => Plain(c, "\0alice\0secret", 1), c.MetadataAsync), Welcome),
        ["PLAIN in version 2"] = (c => Then(() => Plain(c, "\0alice\0secret", 2), c.MetadataAsync), Welcome),
        ["PLAIN as oneself"] = (c => Then(() => Plain(c, "alice\0alice\0secret"), c.MetadataAsync), Welcome),
        ["PLAIN as another"] = Refused("bob\0alice\0secret", AsAnother),
        ["PLAIN, a wrong password"] = Refused("\0alice\0wrong", Unknown),
        ["PLAIN, nobody known"] = Refused("\0nobody\0secret", Unknown),
        ["PLAIN, the name in capitals"] = Refused("\0Alice\0secret", Unknown),
        ["PLAIN without a name"] = Refused("\0\0secret", "Authentication failed: username not specified"),
        ["PLAIN without a password"] = Refused("\0alice\0", "Authentication failed: password not specified"),
        ["PLAIN in two parts"] = Refused("alice\0secret", Parts + "2"),
        ["PLAIN of nothing"] = Refused("", Parts + "1"),
        ["PLAIN in four parts"] = Refused("\0alice\0secret\0", Parts + "4"),
        ["PLAIN in six parts"] = Refused("\0alice\0secret\0a\0b\0c", Parts + "4"),
        ["PLAIN, bare"] = (
            c => Then(() => c.HandshakeAsync("PLAIN", 0), () => c.TokenAsync("\0alice\0secret"), c.MetadataAsync),
            Hello + " | bare | metadata of 1"),
        ["PLAIN, bare and wrong"] = (
            c => Then(() => c.HandshakeAsync("PLAIN", 0), () => c.TokenAsync("\0alice\0wrong")), Hello + " | closed"),
        ["SCRAM, bare"] = (
            c => Then(() => c.HandshakeAsync("SCRAM-SHA-256", 0), () => c.ScramAsync(Sha256), c.MetadataAsync),
            Hello + " | bare | challenge | bare | proved | metadata of 1"),
        ["SCRAM, bare and wrong"] = (
            c => Then(() => c.HandshakeAsync("SCRAM-SHA-256", 0), () => c.ScramAsync(Sha256, password: "wrong")),
            Hello + " | bare | challenge | closed"),
        ["SCRAM with the other's hash"] = (
            c => Then(() => c.HandshakeAsync("SCRAM-SHA-256"), () => c.ScramAsync(Sha512), c.EndAsync),
            Hello + " | None '' | challenge | closed | closed"),
        ["a frame of 512 KiB and a byte"] = (c => c.BytesAsync(0, 8, 0, 1), "closed"),
        ["a frame of nothing"] = (c => c.BytesAsync(0, 0, 0, 0), "closed"),
        ["another protocol"] = (c => c.BytesAsync([.. "GET / HTTP/1.1\r\n\r\n"u8]), "closed"),
    };

    public static IReadOnlyDictionary<string, (Func<SaslClient, Task> Holds, string Heard)> All { get; } =
        Written.Concat(Scram("256", Sha256)).Concat(Scram("512", Sha512)).ToDictionary();

    private static IEnumerable<KeyValuePair<string, (Func<SaslClient, Task> Holds, string Heard)>> Scram(
        string bits, HashAlgorithmName hash)
    {
        var welcome = Hello + " | None '' | challenge | None '' | proved | metadata of 1";
        KeyValuePair<string, (Func<SaslClient, Task>, string)> Of(
            string title, string heard, Func<SaslClient, Task> tokens) => new(
            $"SCRAM-SHA-{bits}{title}",
            (c => Then(
                () => c.HandshakeAsync($"SCRAM-SHA-{bits}"),
                () => tokens(c),
                heard == welcome ? c.MetadataAsync : c.EndAsync), heard));

        yield return Of("", welcome, c => c.ScramAsync(hash));
        yield return Of(" as oneself", welcome, c => c.ScramAsync(hash, header: "n,a=alice,"));
        yield return Of(" with an extension", welcome, c => c.ScramAsync(hash, extension: ",some=thing"));
        yield return Of(
            " with an extension at the end", welcome, c => c.ScramAsync(hash, finalExtension: ",some=thing"));
        yield return Of(
            " as another",
            $"{Hello} | SaslAuthenticationFailed '{AsAnother}' | closed",
            c => c.ScramAsync(hash, header: "n,a=bob,"));
        yield return Of(", a wrong password", ScramRefused(bits, 2), c => c.ScramAsync(hash, password: "wrong"));
        yield return Of(", nobody known", ScramRefused(bits, 1), c => c.ScramAsync(hash, user: "nobody"));
        yield return Of(", a name beyond ASCII", ScramRefused(bits, 1), c => c.ScramAsync(hash, user: "älice"));
        yield return Of(", another nonce", ScramRefused(bits, 2), c => c.ScramAsync(hash, nonceEnd: "x"));

        // librdkafka before 2.6.1 does so, and Kafka took it before 3.7.2 (CVE-2024-56128)
        yield return Of(", its nonce twice", ScramRefused(bits, 2), c => c.ScramAsync(hash, nonceStart: "abc"));
        yield return Of(", channel binding", ScramRefused(bits, 1), c => c.TokenAsync("p=tls-unique,,n=alice,r=abc"));
        yield return Of(", channel binding missed", ScramRefused(bits, 1), c => c.TokenAsync("y,,n=alice,r=abc"));
        yield return Of(", nonsense", ScramRefused(bits, 1), c => c.TokenAsync("nonsense"));
        yield return Of(
            ", nonsense at the end",
            ScramRefused(bits, 2).Replace(" | challenge", ""),
            async c =>
            {
                await c.TokenAsync("n,,n=alice,r=abc");
                await c.TokenAsync("nonsense");
            });
    }

    private static (Func<SaslClient, Task> Holds, string Heard) Refused(string token, string sentence) =>
        (c => Then(() => Plain(c, token), c.EndAsync), $"{Hello} | SaslAuthenticationFailed '{sentence}' | closed");

    private static string ScramRefused(string bits, int step) =>
        Hello + (step == 2 ? " | None '' | challenge" : "")
        + " | SaslAuthenticationFailed 'Authentication failed during authentication due to invalid credentials "
        + $"with SASL mechanism SCRAM-SHA-{bits}' | closed";

    private static async Task Plain(SaslClient client, string token, short version = 1)
    {
        await client.HandshakeAsync("PLAIN");
        await client.TokenAsync(token, version);
    }

    private static async Task Then(params Func<Task>[] steps)
    {
        foreach (var step in steps) await step();
    }
}
