using System.Text.RegularExpressions;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>What a user sets wins, or is refused by its name: by every program alike.</summary>
public partial class ClientSettingTests
{
    private static readonly string[] Services = ["processor", "orders", "relay", "generator"];

    [Theory]
    [InlineData("isolation.level", "read_uncommitted")]
    [InlineData("acks", "1")]
    [InlineData("request.required.acks", "1")]
    [InlineData("enable.idempotence", "false")]
    [InlineData("partitioner", "random")]
    [InlineData("enable.auto.commit", "true")]
    [InlineData("auto.offset.reset", "latest")]
    [InlineData("group.id", "others")]
    [InlineData("transactional.id", "others")]
    [InlineData("max.in.flight", "6")]
    [InlineData("bootstrap.servers", "elsewhere:9092")]
    [InlineData("linger.ms", "many")]
    [InlineData("no.such.setting", "1")]
    public async Task a_setting_that_cannot_be_is_refused_by_every_program_with_the_same_words(
        string name, string value)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Kafka__" + name] = value, ["ConnectionStrings__kafka"] = "127.0.0.1:1",
            ["ConnectionStrings__futures"] = "Host=127.0.0.1;Port=1",
        };
        var said = new List<string>();
        foreach (var service in Services)
        {
            var (code, _, talk) = await ChildProgram.RunAsync(
                Installation.Executable(ServiceProgram.ProjectOf(service)), [], environment, Deadline.InSeconds(60));
            Assert.True(code == ExitCode.Usage, $"{service}: {code} {talk}");
            said.Add(Prefix().Replace(talk, "").Trim());
        }

        var command = await EosProgram.RunAsync(environment, "lag");
        Assert.Equal(ExitCode.Usage, command.ExitCode);
        said.Add(command.Talk.Trim()["eos: ".Length..]);
        Assert.Contains($"Kafka__{name}", Assert.Single(said.Distinct()));
    }

    [Theory]
    [InlineData("Hst=x")]
    [InlineData("Host=x;Max Auto Prepare=many")]
    public async Task what_is_no_connection_string_is_refused_by_commands_and_services_alike(string text)
    {
        foreach (var line in (string[][])[
            ["orders"], ["outbox"], ["lag", "--bootstrap-servers", "127.0.0.1:1"], ["migrate"],
            ["run", "orders", "--bootstrap-servers", "127.0.0.1:1"]])
        {
            var (code, _, talk) = await EosProgram.RunAsync([.. line, "--postgres", text]);
            Assert.True(code == ExitCode.Usage, $"{line[0]}: {code} {talk}");
            Assert.Contains("--postgres is no connection string", talk);
        }
    }

    // 2026-11-30T10:00:00.000Z fail: FuturesEos.OrderManager[3005]
    [GeneratedRegex(@"^.*?\[3005\] ", RegexOptions.Singleline)]
    private static partial Regex Prefix();
}
