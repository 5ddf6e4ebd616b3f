using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using Confluent.Kafka;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// The first and the last of every service: its command line, and one place that turns a failure into a sentence and
/// an exit code.
/// </summary>
public static class ServiceHost
{
    /// <summary>
    /// Set by a supervisor: the service then stops when its standard input ends, that is, when the supervisor has died.
    /// </summary>
    public const string SupervisedVariable = "EOS_SUPERVISED";

    private const string Binder = "Microsoft.Extensions.Configuration.Binder";
    private const int DefectFrames = 4;

    /// <summary>Parses the line and runs the service, unless the line asks for help or is wrong.</summary>
    /// <param name="args">Of the process.</param>
    /// <param name="command">What may stand there.</param>
    /// <param name="run">Builds the application and runs it.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, ServiceCommand command, Func<ParseResult, Task<int>> run)
    {
        DurationConverter.Use();
        StandardOutput.Take();
        LoopbackProxy.Use();
        try
        {
            var parsed = command.Parse(args, new ParserConfiguration
            {
                EnablePosixBundling = false, ResponseFileTokenReplacer = null,
            });
            if (parsed.Action is ParseErrorAction)
                throw ExpectedFailure.Usage(string.Join("; ", parsed.Errors.Select(error => error.Message))
                    + "; --help lists the options");
            if (parsed.Action != parsed.CommandResult.Command.Action) return await parsed.InvokeAsync(); // --help
            return await run(parsed);
        }
        catch (ExpectedFailure e) when (e.ExitCode == ExitCode.OutputClosed)
        {
            return e.ExitCode;
        }
        catch (Exception e) // the outermost call: every failure becomes a sentence and an exit code
        {
            using var loggers = LoggerFactory.Create(logging => logging.AddServiceConsole());
            return Report(e, loggers.CreateLogger(command.Name));
        }
    }

    /// <summary>
    /// <c>WebApplication.CreateSlimBuilder</c>, with the options of the line over all other configuration, and a host
    /// that is stopped as a service is (<see cref="ServiceLifetime"/>).
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(ParseResult parsed)
    {
        // settings are read once: nobody needs to watch files for them
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Configuration.AddInMemoryCollection(SettingOption.Given(parsed));
        builder.Services.AddSingleton<IHostLifetime, ServiceLifetime>();
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = ServiceLifetime.Patience * 2); // the lifetime ends it before
        HttpListener.Configure(builder, isMode: ServiceCommand.ModeOf(parsed) is not null);
        return builder;
    }

    /// <summary>The sentence and the exit code of a failure that nobody below could answer.</summary>
    public static (int Code, string Message) Explain(Exception failure) => failure switch
    {
        ExpectedFailure expected => (expected.ExitCode, expected.Message),
        OptionsValidationException e => (ExitCode.Usage, string.Join("; ", e.Failures)),
        InvalidOperationException { Source: Binder, InnerException: { } inner } e =>
            (ExitCode.Usage, $"{e.Message} {inner.Message}"),
        PostgresException
        {
            SqlState: PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification
        } e =>
            (ExitCode.Unreachable,
                $"PostgreSQL refuses the login: {e.MessageText}; correct user and password in --postgres"),
        PostgresException e when PoolerRemedy(e) is { } remedy =>
            (ExitCode.Unreachable, $"PostgreSQL refuses: {e.MessageText} (SQLSTATE {e.SqlState}): {remedy}"),
        PostgresException e =>
            (ExitCode.Unreachable, $"PostgreSQL refuses: {e.MessageText} (SQLSTATE {e.SqlState}){Hint(e)}"),
        NpgsqlException e => (ExitCode.Unreachable,
            $"PostgreSQL cannot be reached: {Innermost(e)}; check --postgres and that the server runs"),
        KafkaException e when Failures.KindOf(e) == FailureKind.Never =>
            (ExitCode.Unreachable, $"Kafka refuses: {e.Error.Reason} ({e.Error.Code}); {Remedy(e.Error.Code)}"),
        KafkaException e => (ExitCode.Unreachable, $"Kafka: {e.Error.Reason} ({e.Error.Code})"),
        AggregateException { InnerExceptions.Count: 1 } e => Explain(e.InnerExceptions[0]),
        TypeInitializationException { InnerException: { } inner } => Explain(inner),
        HttpRequestException or SocketException or IOException { InnerException: SocketException } =>
            (ExitCode.Unreachable, $"a connection could not be made, or broke: {Innermost(failure)}"),
        IOException or UnauthorizedAccessException => (ExitCode.Unreachable, Place(failure)),
        _ => (ExitCode.CheckFailed,
            $"unexpected {failure.GetType().Name}: {failure.Message} (a defect{Whereabouts(failure)})"),
    };

    /// <summary>Says a failure in one line; details are for the debug log.</summary>
    internal static int Report(Exception failure, ILogger logger)
    {
        var (code, message) = Explain(failure);
        logger.Failed(message);
        logger.FailureDetails(failure);
        return code;
    }

    // A defect may not come again when somebody looks: the sentence says where it was.
    private static string Whereabouts(Exception failure)
    {
        var frames = (failure.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries).Take(DefectFrames);
        return string.Concat(frames.Select(frame => $"; {frame}"));
    }

    private static string Remedy(ErrorCode code) => code switch
    {
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
            or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed =>
            "this user lacks a right",
        _ when Failures.IsOfLogin(code) => "correct the security settings (Kafka__sasl.username and so on)",
        _ => $"waiting does not help, 'eos explain {(int)code}' says why",
    };

    // The runtime names the path; which of the places that a user chooses it was is known for the temporary folder
    // alone.
    private static string Place(Exception e)
    {
        var temporary = Path.GetTempPath().TrimEnd('/');
        var remedy = temporary.Length > 0 && e.Message.Contains(temporary, StringComparison.Ordinal)
            ? "make room or give this user the right to write there, or set TMPDIR to another folder"
            : "make room or give this user the right to it, or name another place";
        return $"{e.Message.TrimEnd('.')}; {remedy}";
    }

    private static string Hint(PostgresException e) => e.Hint is { Length: > 0 } hint ? "; " + hint : "";

    // What only a pooler between us and the server brings about (PgBouncer in transaction mode).
    private static string? PoolerRemedy(PostgresException e) => e switch
    {
        { SqlState: PostgresErrorCodes.ProtocolViolation } when e.MessageText.Contains("replication") =>
            "a pooler is between, and the relay reads the log by the replication protocol, which does not go through "
                + "it; give the relay the address of the server itself in --postgres",
        { SqlState: PostgresErrorCodes.ProtocolViolation } when e.MessageText.Contains("startup parameter") =>
            "a pooler is between; leave that parameter out of --postgres, or add it to the pooler's "
                + "ignore_startup_parameters",
        { SqlState: PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement } =>
            "a pooler gives each transaction another session; add Max Auto Prepare=0 to --postgres",
        _ => null,
    };

    private static string Innermost(Exception e) => e.InnerException is null ? e.Message : Innermost(e.InnerException);
}
