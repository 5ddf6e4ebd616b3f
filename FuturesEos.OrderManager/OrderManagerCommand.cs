using FuturesEos.ServiceDefaults;

namespace FuturesEos.OrderManager;

/// <summary>The command line of the order manager.</summary>
internal static class OrderManagerCommand
{
    public const string Section = "Orders";
    public const string Migrate = "migrate";

    public static ServiceCommand Create() => new ServiceCommand("decisions to orders, in PostgreSQL")
        .Takes<OrderManagerOptions>(Section)
        .Has(Migrate, "bring the database up to date, and end");
}
