using System.Globalization;
using FuturesEos.AppHost.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace FuturesEos.AppHost.Services;

/// <summary>Stage 1, and the commands by which a person sends signals: nothing flows unless asked for.</summary>
internal static class GeneratorExtensions
{
    private const string Program = "FuturesEos.SignalGenerator";
    private const string Rate = "rate";
    private const string SpeedOption = "speed";
    private const string Timeframe = "timeframe";
    private const string Count = "count";
    private const double RateMax = 1_000_000;

    /// <summary>Synthetic signals at the parameter <c>rate</c>, until the command says another one.</summary>
    public static IResourceBuilder<ProjectResource> AddGenerator(
        this IDistributedApplicationBuilder builder, IResourceBuilder<KafkaClusterResource> kafka)
    {
        // a literal value would win over the command line's --Parameters:rate
        var initial = builder.AddParameter(Rate, () => builder.Configuration[$"Parameters:{Rate}"] ?? "0")
            .WithDescription("Synthetic signals a second from the start on; 0: none until they are asked for");
        string? asked = null;
        return builder.AddService<Projects.FuturesEos_SignalGenerator>("signal-generator")
            .WithReference(kafka).WaitFor(kafka)
            .WithEnvironment(context =>
                context.EnvironmentVariables["Generator__Rate"] = Volatile.Read(ref asked) ?? (object)initial.Resource)
            .WithIconName("ChartMultiple")
            .WithCommand("synthetic", "Synthetic signals…", context =>
            {
                var rate = context.Arguments.GetDouble(Rate);
                if (rate is not (>= 0 and <= RateMax))
                    return Task.FromResult(CommandResults.Failure($"{rate} signals a second: from 0 to {RateMax:0}"));
                Volatile.Write(ref asked, rate.ToString(CultureInfo.InvariantCulture));
                return RestartAsync(
                    context, rate == 0 ? "no synthetic signals" : $"{rate:0.##} synthetic signals a second");
            }, new CommandOptions
            {
                Description = "Sends made-up signals of now until it is told otherwise; 0 stops them",
                IconName = "Pulse", IsHighlighted = true,
                Arguments = [Number(Rate, "Signals a second", "5")],
            })
            .WithProgramCommand("replay", "Replay the sample", Program,
                arguments => ["--trades", builder.Sample(), .. Speed(arguments.GetString(SpeedOption))],
                new ProcessCommandOptions
                {
                    Description = "Two days of real trades", IconName = "ArrowRepeatAll", IsHighlighted = true,
                    Arguments =
                    [
                        new InteractionInput
                        {
                            Name = SpeedOption, Label = "Speed", InputType = InputType.Text, Placeholder = "3000x",
                            Description = "of the trades' own clock; nothing: as fast as Kafka takes them",
                        },
                    ],
                })
            .WithProgramCommand("round", "One round…", Program,
                arguments => ["--timeframe", arguments.GetString(Timeframe) ?? "1m"],
                new ProcessCommandOptions
                {
                    Description = "One synthetic signal of each symbol", IconName = "ArrowSync",
                    Arguments =
                    [
                        new InteractionInput
                        {
                            Name = Timeframe, Label = "Timeframe", InputType = InputType.Choice, Required = true,
                            Value = "1m",
                            Options = [new("1m", "1 minute"), new("5m", "5 minutes"), new("15m", "15 minutes")],
                        },
                    ],
                })
            .WithProgramCommand("burst", "Burst…", Program,
                arguments => ["burst", arguments.GetString(Count) ?? "1000"],
                new ProcessCommandOptions
                {
                    Description = "Many synthetic signals at once, on top of whatever flows", IconName = "Rocket",
                    Arguments = [Number(Count, "Signals", "1000")],
                });
    }

    /// <summary>Two days of real trades.</summary>
    private static string Sample(this IDistributedApplicationBuilder builder) =>
        Path.Combine(builder.SolutionFolder(), "samples", "XRPETH-trades-2019-10-11.csv");

    private static string[] Speed(string? asked) => string.IsNullOrEmpty(asked) ? [] : ["--speed", asked];

    private static async Task<ExecuteCommandResult> RestartAsync(ExecuteCommandContext context, string done)
    {
        var restarted = await context.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(
            context.ResourceName, KnownResourceCommands.RestartCommand, context.CancellationToken);
        return restarted.Success ? CommandResults.Success(done) : restarted;
    }

    private static InteractionInput Number(string name, string label, string value) =>
        new() { Name = name, Label = label, InputType = InputType.Number, Required = true, Value = value };
}
