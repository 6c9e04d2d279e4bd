// Command coredns is CoreDNS with the plugins that the local cluster's Corefile names, and no others.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
)

// init orders the plugins: a query passes them from first to last. Unlike in a stock CoreDNS, template is the last,
// so that it answers only what the cluster's own zones did not.
func init() {
	dnsserver.Directives = []string{"bind", "health", "ready", "errors", "kubernetes", "template"}
}

func main() {
	coremain.Run()
}
