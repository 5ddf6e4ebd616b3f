using System.Reflection;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.ServiceDefaults.Options;
using FuturesEos.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// The one entry of every service: options, logging, telemetry, health, signals, and one place that turns a failure
/// into a sentence and an exit code.
/// </summary>
public static class ServiceHost
{
    /// <summary>
    /// Set by a supervisor: the service then stops when its standard input ends, that is, when the supervisor has died.
    /// </summary>
    public const string SupervisedVariable = "EOS_SUPERVISED";

    private const int DefectFrames = 4;

    /// <summary>Runs a service until it is done, stopped or has failed.</summary>
    /// <typeparam name="TOptions">Its options: a class whose properties carry
    /// <see cref="SettingAttribute"/>.</typeparam>
    /// <param name="args">Of the process.</param>
    /// <param name="usage">First line of its help.</param>
    /// <param name="run">Does the work until the token is cancelled; its result is the exit code.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync<TOptions>(
        string[] args, string usage, Func<ServiceContext<TOptions>, CancellationToken, Task<int>> run)
        where TOptions : new()
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var service = Assembly.GetEntryAssembly()?.GetName().Name ?? "service";
        using var loggers = ServiceLogging.Create(configuration, service, Version);
        var logger = loggers.CreateLogger(service);
        using var stop = new StopSignals(logger);
        try
        {
            var binder = new SettingsBinder(typeof(TOptions), typeof(ConnectionOptions));
            var commandLine = CommandLine.Parse(args, binder.IsFlag);
            if (commandLine.Options.ContainsKey("--help") || commandLine.Options.ContainsKey("-h"))
            {
                binder.WriteHelp(Console.Out, usage);
                return ExitCode.Ok;
            }

            binder.RefuseUnknown(commandLine);
            var connections = binder.Bind<ConnectionOptions>(commandLine, configuration);
            var context = new ServiceContext<TOptions>
            {
                Words = commandLine.Words,
                Options = binder.Bind<TOptions>(commandLine, configuration),
                Loggers = loggers,
                Health = new ServiceHealth(TimeProvider.System),
                Time = TimeProvider.System,
                KafkaOrNone =
                    connections.BootstrapServers is { } servers ? KafkaSettings.From(servers, configuration) : null,
                PostgresOrNone = connections.Postgres,
            };
            logger.ServiceStarts(service, Version, Environment.ProcessId);
            using var telemetry = TelemetryExport.Start(service, Version);
            await using var http = await HealthEndpoint.StartAsync(connections.HttpAddress, context.Health, logger);
            var code = await run(context, stop.Token);
            logger.Stopped();
            return stop.WasInterrupted ? ExitCode.Interrupted : code;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            logger.Stopped();
            return stop.WasInterrupted ? ExitCode.Interrupted : ExitCode.Ok;
        }
        catch (Exception e) // the outermost loop: every failure becomes a sentence and an exit code
        {
            var (code, message) = Explain(e);
            logger.Failed(message);
            logger.FailureDetails(e);
            return code;
        }
    }

    /// <summary>The sentence and the exit code of a failure that nobody below could answer.</summary>
    public static (int Code, string Message) Explain(Exception failure) => failure switch
    {
        ExpectedFailure expected => (expected.ExitCode, expected.Message),
        PostgresException
        {
            SqlState: PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification
        } e =>
            (ExitCode.Unreachable,
                $"PostgreSQL refuses the login: {e.MessageText}; correct user and password in --postgres"),
        PostgresException e =>
            (ExitCode.Unreachable, $"PostgreSQL refuses: {e.MessageText} (SQLSTATE {e.SqlState}){Hint(e)}"),
        NpgsqlException e => (ExitCode.Unreachable,
            $"PostgreSQL cannot be reached: {Innermost(e)}; check --postgres and that the server runs"),
        KafkaException e when Outage.Of(e) is null =>
            (ExitCode.Unreachable, $"Kafka refuses: {e.Error.Reason} ({e.Error.Code}); this user lacks a right"),
        KafkaException e => (ExitCode.Unreachable, $"Kafka: {e.Error.Reason} ({e.Error.Code})"),
        AggregateException { InnerExceptions.Count: 1 } e => Explain(e.InnerExceptions[0]),
        _ => (ExitCode.CheckFailed,
            $"unexpected {failure.GetType().Name}: {failure.Message} (a defect{Whereabouts(failure)})"),
    };

    // A defect may not come again when somebody looks: the sentence says where it was.
    private static string Whereabouts(Exception failure)
    {
        var frames = (failure.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries).Take(DefectFrames);
        return string.Concat(frames.Select(frame => $"; {frame}"));
    }

    private static string Version => typeof(ServiceHost).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static string Hint(PostgresException e) => e.Hint is { Length: > 0 } hint ? "; " + hint : "";

    private static string Innermost(Exception e) => e.InnerException is null ? e.Message : Innermost(e.InnerException);
}
