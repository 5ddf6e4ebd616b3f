using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Confluent.Kafka;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Security;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.EmbeddedKafka.Network;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Broker.Secure;

public class TlsTests
{
    [Fact]
    public async Task a_client_that_trusts_the_certificate_is_served()
    {
        await using var broker = await SecureBroker.StartAsync(tls: true);
        await broker.WriteAndReadAsync(broker.With(SecurityProtocol.Ssl));
    }

    [Fact]
    public async Task a_client_that_does_not_trust_the_certificate_goes_away()
    {
        await using var broker = await SecureBroker.StartAsync(tls: true);
        var said = await broker.RefusalAsync(config =>
        {
            config.SecurityProtocol = SecurityProtocol.Ssl;
            config.SslCaLocation = broker.Certificates.Certificate("stranger");
        });
        Assert.Contains("certificate verify failed", said);
    }

    [Fact]
    public async Task where_certificates_are_demanded_one_of_the_authority_is_served_and_none_or_anothers_is_not()
    {
        await using var broker = await SecureBroker.StartAsync(tls: true, clientCertificates: true);
        await broker.WriteAndReadAsync(WithCertificate(broker, "client"));
        await broker.RefusalAsync(broker.With(SecurityProtocol.Ssl));
        await broker.RefusalAsync(WithCertificate(broker, "stranger"));
        await Eventually.True(() => broker.Log.Contains("no TLS handshake"));
        await broker.WriteAndReadAsync(WithCertificate(broker, "client"));
    }

    [Fact]
    public async Task a_plain_client_is_cut_off_and_others_are_served_meanwhile()
    {
        await using var broker = await SecureBroker.StartAsync(tls: true);
        using var plain = await RawClient.ConnectAsync(broker.BootstrapServers);
        await plain.SendAsync(RawClient.Frame(
            new ApiVersionsRequest(), ApiVersionsRequest.Api, 2, 1));
        Assert.True(await plain.IsClosedAsync());
        await Eventually.True(() => broker.Log.Contains("no TLS handshake"));
        var said = broker.RefusalAsync(config => config.SecurityProtocol = SecurityProtocol.Plaintext);
        await broker.WriteAndReadAsync(broker.With(SecurityProtocol.Ssl));
        await said;
    }

    [Fact]
    public async Task a_client_of_TLS_is_cut_off_by_a_plain_listener_and_the_log_says_why()
    {
        await using var broker = await SecureBroker.StartAsync();
        await broker.RefusalAsync(broker.With(SecurityProtocol.Ssl));
        await Eventually.True(() => broker.Log.Contains("it speaks TLS, and this listener does not"));
        await broker.WriteAndReadAsync(config => config.SecurityProtocol = SecurityProtocol.Plaintext);
    }

    [Fact]
    public async Task a_handshake_that_does_not_end_is_ended_and_others_are_served_meanwhile()
    {
        await using var broker = await SecureBroker.StartAsync(tls: true, transferTimeout: TimeSpan.FromSeconds(2));
        using var silent = await RawClient.ConnectAsync(broker.BootstrapServers);
        using var begun = await RawClient.ConnectAsync(broker.BootstrapServers);
        await begun.SendAsync(new byte[] { 22, 3, 1, 2, 0, 1 }); // a ClientHello of 512 bytes, and one of them
        await broker.WriteAndReadAsync(broker.With(SecurityProtocol.Ssl));
        Assert.True(await silent.IsClosedAsync());
        Assert.True(await begun.IsClosedAsync());
        await Eventually.Equal(2, () => Task.FromResult(
            broker.Log.Lines.Count(line => line.Contains("has not proved who it is", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task a_client_that_is_served_stays_longer_than_a_handshake_may_take()
    {
        await using var broker = await SecureBroker.StartAsync(tls: true, transferTimeout: TimeSpan.FromSeconds(1));
        using var served = await ConnectAsync(broker, SslProtocols.Tls12);
        using var never = await RawClient.ConnectAsync(broker.BootstrapServers);
        Assert.True(await never.IsClosedAsync()); // the served one is older
        await AskAsync(served);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task both_versions_of_TLS_that_are_safe_are_spoken(SslProtocols version)
    {
        await using var broker = await SecureBroker.StartAsync(tls: true);
        using var client = await ConnectAsync(broker, version);
        Assert.Equal(version, client.SslProtocol);
        await AskAsync(client);
    }

    [Fact]
    public async Task what_cannot_serve_as_a_certificate_is_refused_with_the_file_and_the_reason()
    {
        using var files = new TestCertificates();
        File.WriteAllText(files.In("text"), "no certificate");
        File.WriteAllText(files.In("damaged"), Pem("CERTIFICATE"));
        File.WriteAllText(files.In("locked"), Pem("ENCRYPTED PRIVATE KEY"));
        var notIts = $"is not the PEM key of the certificate {files.Certificate("broker")}";
        var (broker, key) = (files.Certificate("broker"), files.Key("broker"));
        foreach (var (certificate, privateKey, ca, reason) in ((string, string, string?, string)[])
        [
            (files.In("none"), key, null, $"The certificate {files.In("none")} cannot be read"),
            (files.In("text"), key, null, $"The certificate {files.In("text")} is not PEM"),
            (files.In("damaged"), key, null, $"The certificate {files.In("damaged")} is damaged"),
            (broker, files.In("none"), null, $"The key {files.In("none")} cannot be read"),
            (broker, files.Key("client"), null, $"The key {files.Key("client")} {notIts}"),
            (broker, files.In("text"), null, $"The key {files.In("text")} {notIts}"),
            (broker, files.In("locked"), null, $"The key {files.In("locked")} has a password"),
            (broker, key, files.In("text"), $"The client CA {files.In("text")} is not PEM"),
        ])
        {
            var options = new EmbeddedKafkaOptions
            {
                DataFolder = files.In("data"),
                Tls = new TlsOptions { CertificateFile = certificate, KeyFile = privateKey, ClientCaFile = ca },
            };
            var refused = await Assert.ThrowsAsync<ArgumentException>(
                () => EmbeddedKafkaHost.StartAsync(options, NullLoggerFactory.Instance));
            Assert.StartsWith(reason, refused.Message);
        }

        Assert.False(Directory.Exists(files.In("data")), "a folder was made for nothing");
    }

    private static string Pem(string of) => $"-----BEGIN {of}-----\nbm90aGluZw==\n-----END {of}-----\n";

    private static Action<ClientConfig> WithCertificate(SecureBroker broker, string of) => config =>
    {
        broker.With(SecurityProtocol.Ssl)(config);
        config.SslCertificateLocation = broker.Certificates.Certificate(of);
        config.SslKeyLocation = broker.Certificates.Key(of);
    };

    private static async Task<SslStream> ConnectAsync(SecureBroker broker, SslProtocols version)
    {
        var raw = await RawClient.ConnectAsync(broker.BootstrapServers);
        var stream = new SslStream(new NetworkStream(raw.Socket, ownsSocket: true));
        using var deadline = new CancellationTokenSource(Deadline.Usual);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = version,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            deadline.Token);
        return stream;
    }

    private static async Task AskAsync(SslStream stream)
    {
        using var deadline = new CancellationTokenSource(Deadline.Usual);
        await stream.WriteAsync(
            RawClient.Frame(new ApiVersionsRequest(), ApiVersionsRequest.Api, 2, 1),
            deadline.Token);
        Assert.True(await stream.ReadAtLeastAsync(new byte[100], 100, cancellationToken: deadline.Token) == 100);
    }
}
