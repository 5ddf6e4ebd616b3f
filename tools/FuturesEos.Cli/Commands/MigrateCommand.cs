using System.CommandLine;
using FuturesEos.Cli.Supervision;

namespace FuturesEos.Cli.Commands;

/// <summary><c>eos migrate</c>: the order manager's own mode.</summary>
internal static class MigrateCommand
{
    private const string Name = "migrate";

    /// <summary>For the list of commands; the line itself goes to the service unread.</summary>
    public static Command Create() => new(Name, "bring the database to this version: schema, roles, publication, slot");

    /// <summary>Whether a line means this command.</summary>
    public static bool IsMeantBy(string[] args) => args is [Name, ..];

    /// <summary>Runs it; on Unix this process becomes it.</summary>
    public static Task<int> RunAsync(string[] args) =>
        Task.FromResult(ServiceProgram.Become(ServiceProgram.ProjectOf("orders"), args));
}
