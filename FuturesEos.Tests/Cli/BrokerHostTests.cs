using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary><c>eos run broker --host</c>.</summary>
public class BrokerHostTests
{
    [Fact]
    public async Task told_to_listen_everywhere_it_serves_other_addresses_and_warns_that_nothing_protects_it()
    {
        using var data = new TemporaryFolder("host");
        var port = FreePort.Choose();
        using var eos = EosProgram.Start(
            "run", "broker", "--host", "0.0.0.0", "--advertised", MachineAddress.Other,
            "--port", $"{port}", "--data", data.Path);
        var servers = $"{MachineAddress.Other}:{port}";
        using (var admin = Clients.Admin(servers))
        {
            var broker = Assert.Single(admin.GetMetadata(Deadline.Usual).Brokers);
            Assert.Equal(servers, $"{broker.Host}:{broker.Port}");
        }

        eos.Signal("TERM");
        await eos.EndsWithAsync(0);
        Assert.Contains($"Listens beyond this machine on 0.0.0.0:{port}; clients are told {servers}", eos.Talk);
        Assert.Contains("Neither TLS nor SASL protects it", eos.Talk);
    }

    [Theory]
    [InlineData("--advertised must be an address that clients can connect to", "--host", "0.0.0.0")]
    [InlineData("--host 'no.such.host.invalid' has no address", "--host", "no.such.host.invalid")]
    [InlineData("--host '203.0.113.254' is no address of this machine", "--host", "203.0.113.254")]
    [InlineData("--advertised must be host or host:port", "--advertised", "http://broker")]
    [InlineData("--port must be 0 to 65535", "--port", "70000")]
    public async Task an_address_that_is_none_is_a_sentence_with_the_remedy(string sentence, params string[] options)
    {
        using var data = new TemporaryFolder("host");
        var (code, _, talk) =
            await EosProgram.RunAsync(["run", "broker", "--data", data.Path, .. options]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(sentence, talk);
        Assert.DoesNotContain("Parameter", talk);
    }
}
