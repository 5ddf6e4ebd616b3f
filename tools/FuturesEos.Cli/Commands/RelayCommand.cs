using System.CommandLine;
using System.Globalization;
using FuturesEos.Cli.Capture;
using FuturesEos.Cli.Output;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;
using FuturesEos.Topology;

namespace FuturesEos.Cli.Commands;

/// <summary>
/// <c>eos relay</c>: the outbox changes hands between Debezium and the relay, or is repaired. docs/cdc.md.
/// </summary>
internal static class RelayCommand
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(120);

    private static readonly Option<Uri?> Connect = new("--connect")
    {
        Description = "REST address of the Connect worker, which is then told what to do", HelpName = "URL",
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            ? uri : Refuse(result),
    };

    private static readonly Option<string> Connector = new("--connector")
    {
        Description = "name of the connector", HelpName = "NAME",
        DefaultValueFactory = _ => ConnectWorker.ConnectorName,
    };

    private static readonly Option<string?> Slot = new("--slot")
    { Description = "replication slot (futures_outbox)", HelpName = "NAME" };

    private static readonly Option<string?> DebeziumId = new("--debezium-id")
    {
        Description = "transactional id of Debezium's task, GROUP-CONNECTOR-TASK (futures-eos-connect-outbox-0)",
        HelpName = "ID",
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "do not ask" };

    public static Command Create()
    {
        var adopt = new Command("adopt", "the relay takes over from Debezium: nothing is lost or sent twice")
        { Connect, Connector, Slot, DebeziumId };
        adopt.FindsPipeline().SetAction(AdoptAsync);
        var release = new Command("release", "Debezium takes over from the relay: nothing is lost or sent twice")
        { Connect, Connector, Slot };
        release.FindsPipeline().SetAction(ReleaseAsync);
        var repair = new Command("repair", "send the outbox rows that Kafka lacks, compared by id") { Slot, Yes };
        repair.FindsPipeline().SetAction(RepairAsync);
        return new Command("relay", "hand the outbox over to Debezium and back, or repair what Kafka lacks of it")
        { adopt, release, repair };
    }

    private static async Task<int> AdoptAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Connect) is { } address)
        {
            using var http = new HttpClient();
            await ToldAsync(
                () => Client(http, address).StopAsync(parsed.GetValue(Connector)!, ConnectPatience, cancellation));
            Talk.Line($"the connector {parsed.GetValue(Connector)} is stopped");
        }

        var id = parsed.GetValue(DebeziumId);
        var position = await RunAsync(parsed, "adopt", id is null ? [] : ["--debezium-id", id], cancellation);
        Talk.Line(
            $"the relay has taken over at {position}; it goes on with 'eos run relay'. Keep the connector stopped");
        return ExitCode.Ok;
    }

    private static async Task<int> ReleaseAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var name = parsed.GetValue(Connector)!;
        if (parsed.GetValue(Connect) is not { } address)
        {
            var at = await RunAsync(parsed, "release", [], cancellation);
            Talk.Line(
                $"released at {at}. Before the connector {name} runs, while it is stopped: DELETE "
                    + $"/connectors/{name}/offsets, then "
                + $"PATCH /connectors/{name}/offsets with");
            Console.Out.WriteLine(DebeziumOffset.At("futures", at));
            return ExitCode.Ok;
        }

        using var http = new HttpClient();
        var connect = Client(http, address);
        await ToldAsync(async () =>
        {
            // first what can fail without harm
            var prefix = (await connect.ConfigurationAsync(name, cancellation))["topic.prefix"];
            await connect.StopAsync(name, ConnectPatience, cancellation);
            var position = await RunAsync(parsed, "release", [], cancellation);
            await connect.SetOffsetsAsync(name, DebeziumOffset.At(prefix, position), cancellation);
            await connect.ResumeAsync(name, cancellation);
            await connect.WaitRunningAsync(name, ConnectPatience, cancellation);
            Talk.Line($"Debezium has taken over at {position}");
        });
        return ExitCode.Ok;
    }

    private static async Task<int> RepairAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!parsed.GetValue(Yes))
        {
            if (Console.IsInputRedirected) throw ExpectedFailure.Usage(
                "this would send what the topic lacks of app.outbox; --yes says so without being asked");
            Console.Error.Write("send what the topic lacks of app.outbox, and go on from the slot as it is? [y/N] ");
            if (Console.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
                throw ExpectedFailure.Usage("nothing was done");
        }

        var position = await RunAsync(parsed, "repair", [], cancellation);
        Talk.Line(
            $"repaired; the relay goes on at {position} with 'eos run relay', and 'eos verify' tells whether "
                + "anything is still missing");
        return ExitCode.Ok;
    }

    private static Task<string> RunAsync(
        ParseResult parsed, string mode, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var slot = parsed.GetValue(Slot) is { } name ? new[] { "--slot", name } : [];
        return RelayMode.RunAsync(PipelineContext.From(parsed), [mode, .. slot, .. arguments], cancellation);
    }

    private static ConnectClient Client(HttpClient http, Uri address) => new(http, TimeProvider.System, address);

    private static async Task ToldAsync(Func<Task> talk)
    {
        try
        {
            await talk();
        }
        catch (ConnectorFailedException e)
        {
            throw new ExpectedFailure(ExitCode.CheckFailed, e.Message, e);
        }
        catch (HttpRequestException e)
        {
            throw ExpectedFailure.Unreachable($"the Connect worker does not answer: {e.Message}; check --connect", e);
        }
    }

    private static Uri? Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError(string.Create(
            CultureInfo.InvariantCulture, $"--connect {result.Tokens[0].Value}: an address like http://connect:8083"));
        return null;
    }
}
