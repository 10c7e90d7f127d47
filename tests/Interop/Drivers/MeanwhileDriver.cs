using Sametime.Tests.Interop.Servers;

namespace Sametime.Tests.Interop.Drivers;

/// <summary>How libmeanwhile is made to send its password.</summary>
public enum Auth
{
    /// <summary>What the library chooses by itself: type 4, RC2-128 under an agreed key.</summary>
    Rc2With128Bits,

    /// <summary>Type 2: the library's choice when a server offers no key.</summary>
    Rc2With40Bits,

    /// <summary>Type 0: in the clear.</summary>
    Plain,

    /// <summary>Type 1: a token in the place of the password.</summary>
    Token,
}

/// <summary>What libmeanwhile offers on its conversations.</summary>
public enum Ciphers
{
    /// <summary>RC2-128 and RC2-40, as libpurple does.</summary>
    Both,
    Rc2With40Bits,
    None,
}

/// <summary>The driver on libmeanwhile: many logins in one process.</summary>
internal sealed class MeanwhileDriver() : Driver("mwclient")
{
    private int _logins;

    /// <summary>Starts a login and does not wait for its outcome; by another port than the server's where something stands in between.</summary>
    public async Task<MeanwhileLogin> ConnectAsync(
        Topology server, TestUser user, Auth auth = Auth.Rc2With128Bits, Ciphers ciphers = Ciphers.Both, string? password = null, string? typed = null,
        int? port = null)
    {
        var login = new MeanwhileLogin(this, $"{user.Name}#{++_logins}", user);
        await SendAsync(
            "connect", login.Name, Topology.Host, (port ?? server.PortOf(user)).ToString(CultureInfo.InvariantCulture), typed ?? user.Name, password ?? user.Password,
            "auth=" + auth switch { Auth.Rc2With40Bits => "rc2_40", Auth.Plain => "plain", Auth.Token => "token", _ => "auto" },
            "ciphers=" + ciphers switch { Ciphers.Rc2With40Bits => "rc2_40", Ciphers.None => "none", _ => "both" });
        return login;
    }

    /// <summary>Logs in, and waits until awareness, resolve and storage have their channels.</summary>
    public async Task<MeanwhileLogin> LogInAsync(
        Topology server, TestUser user, Auth auth = Auth.Rc2With128Bits, Ciphers ciphers = Ciphers.Both, string? password = null, int? port = null)
    {
        var login = await ConnectAsync(server, user, auth, ciphers, password, port: port);
        await login.ExpectAsync("login");
        foreach (var service in (string[])["aware", "resolve", "storage"])
        {
            await login.ExpectAsync("service", e => e["name"] == service && e["state"] == "started");
        }

        return login;
    }

    /// <summary>Gives a user a buddy list before Pidgin first sees him.</summary>
    public async Task GiveBuddiesAsync(Topology server, TestUser user, string group, params IEnumerable<TestUser> buddies)
    {
        var login = await LogInAsync(server, user);
        await login.StoreBuddyListAsync(group, buddies);
        await login.LogOutAsync();
    }
}
