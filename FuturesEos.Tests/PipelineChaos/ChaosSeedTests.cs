using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>
/// Chaos for minutes, with several seeds: on the embedded broker, and on three real brokers that die with the rest.
/// </summary>
[Trait("Category", "Long")]
public class ChaosSeedTests
{
    private static readonly string Minutes = Environment.GetEnvironmentVariable("FUTURES_EOS_CHAOS_MINUTES") ?? "2";
    private static readonly string Rate = Environment.GetEnvironmentVariable("FUTURES_EOS_CHAOS_RATE") ?? "300";
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Allowance = TimeSpan.FromMinutes(30);

    /// <summary>Other seeds by FUTURES_EOS_CHAOS_SEEDS: <c>7,8</c>.</summary>
    public static MatrixTheoryData<int, string> Runs => new(
        (Environment.GetEnvironmentVariable("FUTURES_EOS_CHAOS_SEEDS") ?? "101,102").Split(',').Select(int.Parse),
        (Environment.GetEnvironmentVariable("FUTURES_EOS_CHAOS_CDC") ?? "relay,debezium").Split(','));

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task on_the_embedded_broker_everything_dies_and_it_is_exactly_once(int seed, string cdc)
    {
        Skip(cdc);
        var (code, data, talk) = await EosProgram.RunAsync(
            Deadline.In(Allowance), "chaos", "--minutes", Minutes, "--seed", $"{seed}", "--rate", Rate, "--cdc", cdc,
            "--json");
        Assert.True(code == 0, data + talk);
        Assert.True(ChaosOutcome.Of(data).ExactlyOnce);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task on_three_real_brokers_that_die_too_it_is_exactly_once(int seed, string cdc)
    {
        Skip(cdc);
        await using var kafka = new RealKafka(); // of its own: a run is judged by all that is in the topics
        var servers = await kafka.ThreeNodesAsync();
        var faults = new BrokerFaults();
        using var chaos = EosProgram.Start(
            "chaos", "--bootstrap-servers", servers, "--minutes", Minutes, "--seed", $"{seed}", "--rate", Rate,
            "--within", "120s", "--cdc", cdc, "--json");
        try
        {
            await faults.InjectAsync(
                kafka, seed, until: () => chaos.HasExited || chaos.Talk.Contains("waiting until they are through"));
        }
        catch (Exception e)
        {
            Assert.Fail($"after {faults}: {e.Message}\n{chaos.Talk}");
        }

        var code = await chaos.ExitAsync(Deadline.In(Allowance));
        Assert.True(code == 0, $"{faults}\n{chaos.Data}{chaos.Talk}");
        var outcome = ChaosOutcome.Of(chaos.Data);
        Assert.True(outcome.ExactlyOnce);
        Assert.All(outcome.Faults, fault => Assert.True(
            fault.Back is { } back && back - faults.LastEnd(fault.End, back) <= BackWithin,
            $"{fault.Name}: over at {fault.End}, back at {fault.Back}; {faults}"));
        Assert.True(faults.Kills > 0 && faults.Pauses > 0, chaos.Talk);
        TestContext.Current.TestOutputHelper?.WriteLine($"{faults}\n{chaos.Data}{chaos.Talk}");
    }

    private static void Skip(string cdc)
    {
        UpProgram.SkipWithoutPostgres();
        if (cdc == "debezium" && RealKafka.Folder is null)
            Assert.Skip("Debezium is not beside the repository (FUTURES_EOS_KAFKA names its folder)");
    }
}
